package dev.gantry.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Expressions that clients filter by. */
class FiltersTest {
  private static Filters name(String expression) {
    return Filters.parse(
        "{\"name\":[\"" + expression.replace("\\", "\\\\") + "\"]}", Set.of("name"));
  }

  @Test
  void aNameIsTakenByAPartOrByAnExpression() {
    assertThat(name("eb").match("name", "web-1")).isTrue();
    assertThat(name("^web-[0-9]$").match("name", "web-1")).isTrue();
    assertThat(name("^eb").match("name", "web-1")).isFalse();
    assertThat(name("web(").match("name", "web(")).isTrue();
    assertThat(name("(").match("name", "web-1")).isFalse();
  }

  /** One that goes back and forth would take years. */
  @Test
  void noExpressionTakesMoreThanItsTextIsLong() {
    assertThat(name("(.*a){30}$").match("name", "a".repeat(200) + "b")).isFalse();
    assertThat(name("^(a+)+$").match("name", "a".repeat(200) + "b")).isFalse();
  }
}
