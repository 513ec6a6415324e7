package dev.gantry.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentifiersTest {
  @Test
  void versionsAreOrderedByNumber() {
    assertThat(ApiVersion.parse("1.9").orElseThrow())
        .isLessThan(ApiVersion.parse("1.24").orElseThrow());
    assertThat(ApiVersion.MAX.isBefore(1, 51)).isFalse();
    for (String bad : List.of("", "1", "v1.24", "1.24.0", "1.x", "1.9999", " 1.24")) {
      assertThat(ApiVersion.parse(bad)).as(bad).isEmpty();
    }
  }

  @Test
  void anExecNamesItsNode() {
    Random random = new Random(3);
    NodeId node = NodeId.random(random);
    ExecId exec = ExecId.random(random, node);
    assertThat(exec.node()).isEqualTo(node);
    assertThat(exec.value()).hasSize(64);
  }

  @Test
  void nothingButExactHexIsAnId() {
    String good = "0123456789abcdef".repeat(4);
    assertThat(new ContainerId(good).shortForm()).isEqualTo("0123456789ab");
    for (String bad :
        List.of(
            "", good.substring(1), good + "0", good.replace('a', 'A'), good.replace('0', '/'))) {
      assertThatIllegalArgumentException().isThrownBy(() -> new ContainerId(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> new Digest("sha256:" + bad));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Digest("md5:" + good));
    assertThat(new Digest("sha512:" + good + good).newHash().getAlgorithm()).isEqualTo("SHA-512");
  }

  @Test
  void aTeamIsNoPath() {
    for (String bad : List.of("", "-a", "a/b", "..", "A", "a b", "a".repeat(64))) {
      assertThatIllegalArgumentException().isThrownBy(() -> new TeamId(bad));
    }
  }

  @Test
  void theEmptyDigestIsTheKnownOne() {
    assertThat(Digest.ofBytes(new byte[0]).hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }
}
