package dev.gantry.log.api;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.Problem;
import dev.gantry.services.ServiceException;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Every error as a problem body (RFC 9457). */
@RestControllerAdvice
class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  @ExceptionHandler
  ResponseEntity<Problem> service(ServiceException e) {
    return answer(e.code(), e.detail());
  }

  @ExceptionHandler({
    HttpMessageNotReadableException.class,
    MethodArgumentTypeMismatchException.class,
    ServletRequestBindingException.class
  })
  ResponseEntity<Problem> malformed(Exception e) {
    return answer(ErrorCode.INVALID, String.valueOf(e.getMessage()));
  }

  @ExceptionHandler
  ResponseEntity<Problem> unknownPath(NoResourceFoundException e) {
    return answer(ErrorCode.NOT_FOUND, "page not found");
  }

  @ExceptionHandler({
    DataAccessException.class,
    org.springframework.dao.DataAccessException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<Problem> database(Exception e) {
    log.warn("PostgreSQL did not answer: {}", e.getMessage());
    return answer(ErrorCode.UNAVAILABLE, "PostgreSQL is not reachable; try again later");
  }

  @ExceptionHandler
  ResponseEntity<Problem> unexpected(Exception e) {
    log.error("a call failed unexpectedly", e);
    return answer(ErrorCode.INTERNAL, String.valueOf(e.getMessage()));
  }

  private static ResponseEntity<Problem> answer(ErrorCode code, String detail) {
    return ResponseEntity.status(code.status())
        .contentType(MediaType.valueOf(Problem.MEDIA_TYPE))
        .body(Problem.of(code, detail));
  }
}
