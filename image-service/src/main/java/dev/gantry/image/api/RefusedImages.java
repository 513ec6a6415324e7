package dev.gantry.image.api;

import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.Problem;
import dev.gantry.services.ProblemAdvice;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** An image that is not taken is the caller's to mend. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class RefusedImages {

  @ExceptionHandler
  ResponseEntity<Problem> refused(RefusedImageException e, HttpServletResponse response)
      throws Exception {
    return ProblemAdvice.answer(ErrorCode.INVALID, String.valueOf(e.getMessage()), e, response);
  }
}
