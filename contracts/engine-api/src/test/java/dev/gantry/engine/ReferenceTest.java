package dev.gantry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox, latest, busybox:latest",
    "busybox:1.36, docker.io/library/busybox, 1.36, busybox:1.36",
    "shop/web:1.4, docker.io/shop/web, 1.4, shop/web:1.4",
    "docker.io/busybox, docker.io/library/busybox, latest, busybox:latest",
    "index.docker.io/library/busybox, docker.io/library/busybox, latest, busybox:latest",
    "localhost/a, localhost/a, latest, localhost/a:latest",
    "localhost:5000/a/b:x, localhost:5000/a/b, x, localhost:5000/a/b:x",
    "example.org/a__b/c-d.e:T_1, example.org/a__b/c-d.e, T_1, example.org/a__b/c-d.e:T_1",
    "docker.io/library/a/b, docker.io/library/a/b, latest, library/a/b:latest",
  })
  void readsNamesAsPeopleWriteThem(String text, String repository, String tag, String familiar) {
    Reference reference = Reference.parse(text).orElseThrow();
    assertThat(reference.repository()).isEqualTo(repository);
    assertThat(reference.tag()).isEqualTo(tag);
    assertThat(reference.familiar()).isEqualTo(familiar);
    assertThat(Reference.parse(reference.familiar())).contains(reference);
  }

  @Test
  void aDigestAloneHasNoTag() {
    Reference reference = Reference.parse("a/b@" + DIGEST).orElseThrow();
    assertThat(reference.tag()).isNull();
    assertThat(reference.familiar()).isEqualTo("a/b@" + DIGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":x",
        "Busybox",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a:b:c",
        "a@sha256:12",
        "a b",
        "-a",
        "a..b",
        "a:-x",
        "example.org/",
        "../a",
        "a\n"
      })
  void refusesWhatIsNoName(String text) {
    assertThat(Reference.parse(text)).isEmpty();
  }
}
