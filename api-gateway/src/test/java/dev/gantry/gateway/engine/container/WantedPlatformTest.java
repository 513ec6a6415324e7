package dev.gantry.gateway.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ResolvedImage;
import dev.gantry.services.ServiceException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether an image is of the platform that a create asks for. */
class WantedPlatformTest {
  private static final ResolvedImage IMAGE =
      new ResolvedImage(
          Digest.ofBytes(new byte[0]),
          "web",
          "linux",
          "amd64",
          EngineJson.MAPPER.readValue("{}", ContainerConfig.class),
          List.of());

  @ParameterizedTest
  @ValueSource(strings = {"linux", "amd64", "linux/amd64", "Linux/x86_64", "linux/amd64/v2"})
  void anImageOfThatPlatformIsTaken(String text) {
    assertThatCode(() -> WantedPlatform.parse(text).require("web", IMAGE))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux/arm64", "aarch64", "windows", "linux/arm/v7"})
  void anotherIsNotThere(String text) {
    assertThatThrownBy(() -> WantedPlatform.parse(text).require("web", IMAGE))
        .hasMessageContaining("was found but does not match the specified platform: wanted ")
        .hasMessageEndingWith("actual: linux/amd64")
        .satisfies(e -> assertThat(((ServiceException) e).code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nosuch", "linux/*", "a/b/c/d", "/", "linux/"})
  void whatIsNoPlatformIsRefused(String text) {
    assertThatThrownBy(() -> WantedPlatform.parse(text))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(text.equals("/") ? "invalid component" : "");
  }
}
