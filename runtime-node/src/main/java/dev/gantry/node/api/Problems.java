package dev.gantry.node.api;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.Problem;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Every error as a problem body (RFC 9457) whose detail is the text for the engine's client. */
@RestControllerAdvice
class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  @ExceptionHandler
  ResponseEntity<Problem> service(ServiceException e, HttpServletResponse response)
      throws Exception {
    if (e.code() == ErrorCode.INTERNAL) {
      log.warn("a call failed: {}", e.detail(), e);
    }
    return answer(e.code(), e.detail(), e, response);
  }

  @ExceptionHandler({
    HttpMessageNotReadableException.class,
    MethodArgumentTypeMismatchException.class,
    ServletRequestBindingException.class,
    IllegalArgumentException.class
  })
  ResponseEntity<Problem> malformed(Exception e, HttpServletResponse response) throws Exception {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return answer(ErrorCode.INVALID, String.valueOf(cause.getMessage()), e, response);
  }

  @ExceptionHandler
  ResponseEntity<Problem> unknownPath(NoResourceFoundException e, HttpServletResponse response)
      throws Exception {
    return answer(ErrorCode.NOT_FOUND, "page not found: " + e.getResourcePath(), e, response);
  }

  @ExceptionHandler
  ResponseEntity<Problem> unexpected(Exception e, HttpServletResponse response) throws Exception {
    log.error("a call failed unexpectedly", e);
    String message = e.getMessage();
    return answer(
        ErrorCode.INTERNAL, message == null ? e.getClass().getSimpleName() : message, e, response);
  }

  /** An answer that has begun is broken off, so that nobody takes its beginning for the whole. */
  private static ResponseEntity<Problem> answer(
      ErrorCode code, String detail, Exception failure, HttpServletResponse response)
      throws Exception {
    if (response.isCommitted()) {
      throw failure;
    }
    return ResponseEntity.status(code.status())
        .contentType(MediaType.valueOf(Problem.MEDIA_TYPE))
        .body(Problem.of(code, detail));
  }
}
