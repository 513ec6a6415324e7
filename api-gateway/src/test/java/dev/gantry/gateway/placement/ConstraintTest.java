package dev.gantry.gateway.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container asks of its node, and which nodes have it. */
class ConstraintTest {
  private static Candidate node(String name, String storage) {
    return new Candidate(
        new NodeId("0123456789abcdef"),
        name,
        Map.of("storage", storage),
        Set.of("runc"),
        true,
        2,
        0,
        0,
        0,
        0,
        0);
  }

  @ParameterizedTest
  @CsvSource({
    "node==node-1, true",
    "node==node, false",
    "node==node-*, true",
    "node==node-?, true",
    "node!=node-2, true",
    "node!=node-1, false",
    "node==/^node-[12]$/, true",
    "node==/zz/, false",
    "node==0123456789abcdef, true",
    "storage==ssd, true",
    "storage==~disk, false",
    "storage==s.d, false",
    "region==us-*, false",
    "region!=us-*, true"
  })
  void aNodeHasItOrNot(String text, boolean holds) {
    assertThat(Constraint.parse(text).holds(node("node-1", "ssd"))).isEqualTo(holds);
  }

  @Test
  void aContainerGoesWhereItsRuntimeIs() {
    assertThat(decide("runc")).isInstanceOf(Placement.Decision.On.class);
    assertThat(decide("crun"))
        .isEqualTo(
            new Placement.Decision.None("no node satisfies the constraints [runtime==crun]"));
  }

  private static Placement.Decision decide(String runtime) {
    return Placement.decide(
        new Wish(List.of(), runtime, 0, 0, Set.of()), List.of(node("node-1", "ssd")));
  }

  /** One that goes back and forth would take years. */
  @Test
  void noExpressionTakesMoreThanItsTextIsLong() {
    String text = "a".repeat(200);
    assertThat(Constraint.parse("storage==/^(a+)+$/").holds(node("n", text + "b"))).isFalse();
    assertThat(Constraint.parse("storage==" + "*a".repeat(30) + "*c").holds(node("n", text)))
        .isFalse();
  }

  @Test
  void whatIsNoExpressionIsRefused() {
    assertThatThrownBy(() -> Constraint.parse("node==/(/"))
        .hasMessageContaining("missing closing )");
    assertThatThrownBy(() -> Constraint.parse("node")).hasMessageContaining("want key==value");
  }
}
