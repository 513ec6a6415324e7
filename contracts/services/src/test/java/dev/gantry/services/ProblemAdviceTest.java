package dev.gantry.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
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
