package dev.gantry.services;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultPointsTest {
  private static final Set<String> KNOWN = Set.of("create.afterSnapshot", "start.beforeRuntime");

  @Test
  void onlyWhatIsArmedFails() {
    FaultPoints points = FaultPoints.parse("create.afterSnapshot=error", KNOWN);
    assertThatCode(() -> points.pass("start.beforeRuntime")).doesNotThrowAnyException();
    assertThatThrownBy(() -> points.pass("create.afterSnapshot"))
        .isInstanceOf(ServiceException.class);
    assertThatCode(() -> FaultPoints.none().pass("create.afterSnapshot"))
        .doesNotThrowAnyException();
  }

  @Test
  void aMisspeltNameStopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultPoints.parse("create.afterSnapshto=kill", KNOWN))
        .withMessageContaining("create.afterSnapshto");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FaultPoints.parse("create.afterSnapshot", KNOWN));
  }
}
