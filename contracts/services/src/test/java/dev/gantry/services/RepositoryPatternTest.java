package dev.gantry.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RepositoryPatternTest {
  private static boolean matches(String pattern, String repository) {
    return new RepositoryPattern(pattern).matches(repository);
  }

  @Test
  void aStarIsAnyCharacters() {
    assertThat(matches("shop/web", "shop/web")).isTrue();
    assertThat(matches("shop/*", "shop/web")).isTrue();
    assertThat(matches("shop/*", "shop/a/b")).isTrue();
    assertThat(matches("*", "shop/web")).isTrue();
    assertThat(matches("s*/*b", "shop/web")).isTrue();
    assertThat(matches("*web*", "shop/web")).isTrue();
  }

  @Test
  void nothingElseIsMeant() {
    assertThat(matches("shop/web", "shop/web2")).isFalse();
    assertThat(matches("shop/web", "a/shop/web")).isFalse();
    assertThat(matches("shop/*", "shop")).isFalse();
    assertThat(matches("shop/*", "shopping/web")).isFalse();
    assertThat(matches("s.op", "shop")).isFalse();
    for (String none : new String[] {"", "Shop", "a b", "a,b", "[a]", "a".repeat(256)}) {
      assertThatThrownBy(() -> new RepositoryPattern(none))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void manyStarsTakeNoTime() {
    assertThat(matches("*a".repeat(120) + "b", "a".repeat(255))).isFalse();
  }
}
