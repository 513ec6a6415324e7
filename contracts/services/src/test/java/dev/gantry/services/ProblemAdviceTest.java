package dev.gantry.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;

class ProblemAdviceTest {
  private static final ServiceException FAILURE =
      new ServiceException(ErrorCode.UNAVAILABLE, "PostgreSQL is not reachable");

  @Test
  void aFailureIsAProblem() throws Exception {
    ResponseEntity<Problem> answer = new ProblemAdvice().service(FAILURE, response(false));
    assertThat(answer.getStatusCode().value()).isEqualTo(503);
    assertThat(answer.getBody()).extracting(Problem::detail).isEqualTo(FAILURE.detail());
  }

  /** A body that ends in a problem would be taken for the container's output. */
  @Test
  void anAnswerThatHasBegunIsBrokenOff() {
    assertThatThrownBy(() -> new ProblemAdvice().service(FAILURE, response(true)))
        .isSameAs(FAILURE);
    Exception other = new IllegalStateException("a block is damaged");
    assertThatThrownBy(() -> new ProblemAdvice().unexpected(other, response(true))).isSameAs(other);
  }

  /** A disk that is full within a transaction is no database that is away. */
  @Test
  void whatATransactionFailedOfIsTold() throws Exception {
    var disk = new DataAccessException("Rollback caused", new IOException("No space left"));
    ResponseEntity<Problem> answer = new ProblemAdvice().database(disk, response(false));
    assertThat(answer.getStatusCode().value()).isEqualTo(500);
    assertThat(answer.getBody()).extracting(Problem::detail).isEqualTo("No space left");

    var away = new DataAccessException("Rollback caused", new SQLException("refused"));
    assertThat(new ProblemAdvice().database(away, response(false)).getStatusCode().value())
        .isEqualTo(503);
  }

  private static HttpServletResponse response(boolean committed) {
    return (HttpServletResponse)
        Proxy.newProxyInstance(
            ProblemAdviceTest.class.getClassLoader(),
            new Class<?>[] {HttpServletResponse.class},
            (_, method, _) -> {
              assertThat(method.getName()).isEqualTo("isCommitted");
              return committed;
            });
  }
}
