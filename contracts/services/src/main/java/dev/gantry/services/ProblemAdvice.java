package dev.gantry.services;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
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

/**
 * Every error of a service with a database as a problem body (RFC 9457). An answer that has begun
 * is broken off instead, so that nobody takes its beginning for the whole.
 */
@RestControllerAdvice
public class ProblemAdvice {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<Problem> service(ServiceException e, HttpServletResponse response)
      throws Exception {
    return answer(e.code(), e.detail(), e, response);
  }

  @ExceptionHandler({
    HttpMessageNotReadableException.class,
    MethodArgumentTypeMismatchException.class,
    ServletRequestBindingException.class
  })
  ResponseEntity<Problem> malformed(Exception e, HttpServletResponse response) throws Exception {
    return answer(ErrorCode.INVALID, String.valueOf(e.getMessage()), e, response);
  }

  @ExceptionHandler
  ResponseEntity<Problem> unknownPath(NoResourceFoundException e, HttpServletResponse response)
      throws Exception {
    return answer(ErrorCode.NOT_FOUND, "page not found", e, response);
  }

  @ExceptionHandler({
    DataAccessException.class,
    org.springframework.dao.DataAccessException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<Problem> database(Exception e, HttpServletResponse response) throws Exception {
    Optional<Throwable> cause = RolledBack.cause(e);
    if (cause.isPresent()) {
      log.error("a transaction was rolled back", e);
      return answer(ErrorCode.INTERNAL, String.valueOf(cause.get().getMessage()), e, response);
    }
    log.warn("PostgreSQL did not answer: {}", e.getMessage());
    return answer(
        ErrorCode.UNAVAILABLE, "PostgreSQL is not reachable; try again later", e, response);
  }

  @ExceptionHandler
  ResponseEntity<Problem> unexpected(Exception e, HttpServletResponse response) throws Exception {
    log.error("a call failed unexpectedly", e);
    return answer(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), e, response);
  }

  /**
   * The answer to a failure.
   *
   * @throws Exception the failure itself where the answer has begun: the connection is closed
   */
  public static ResponseEntity<Problem> answer(
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
