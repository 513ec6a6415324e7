package dev.gantry.image.api;

import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.rule.RuleException;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.Problem;
import dev.gantry.services.ProblemAdvice;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What is against a rule, no image or not given by another registry is the caller's to mend. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class RefusedImages {

  @ExceptionHandler
  ResponseEntity<Problem> ruled(RuleException e, HttpServletResponse response) throws Exception {
    ErrorCode code =
        switch (e.rule()) {
          case QUOTA -> ErrorCode.FORBIDDEN;
          case IMMUTABLE_TAG -> ErrorCode.CONFLICT;
        };
    return ProblemAdvice.answer(code, e.text(), e, response);
  }

  @ExceptionHandler
  ResponseEntity<Problem> refused(RefusedImageException e, HttpServletResponse response)
      throws Exception {
    return ProblemAdvice.answer(ErrorCode.INVALID, String.valueOf(e.getMessage()), e, response);
  }

  /**
   * Another registry failed, not this service: the status says so to the gateway, which would leave
   * this service alone otherwise, and the code is what the client gets.
   */
  @ExceptionHandler
  ResponseEntity<Problem> remote(RemoteException e, HttpServletResponse response) throws Exception {
    ErrorCode code =
        switch (e.kind()) {
          case DENIED, MANIFEST_UNKNOWN, NAME_UNKNOWN -> ErrorCode.NOT_FOUND;
          case REFUSED -> ErrorCode.FORBIDDEN;
          case UNREACHABLE, UNAUTHORIZED, TOO_MANY_REQUESTS, OTHER -> ErrorCode.INTERNAL;
        };
    ResponseEntity<Problem> answer = ProblemAdvice.answer(code, e.text(), e, response);
    return ResponseEntity.status(HttpStatus.FAILED_DEPENDENCY)
        .headers(answer.getHeaders())
        .body(answer.getBody());
  }
}
