package dev.gantry.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Permission;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyTest {
  @Test
  void aContainerMakesNothingThatOutlivesIt() {
    Caller container =
        Identities.ofContainer(TeamId.DEFAULT, new ContainerId("a".repeat(64)), "node-1");
    assertThat(Policy.allows(container, Permission.REGISTRY_WRITE)).isFalse();
    assertThat(Policy.allows(container, Permission.CONTAINER_WRITE)).isTrue();
    assertThat(Policy.allows(Identities.ofUnixSocket("/s"), Permission.REGISTRY_WRITE)).isTrue();
  }

  @Test
  void theOperatorIsWhoeverMayOpenTheHostsSocket() {
    assertThat(Policy.allows(Identities.ofUnixSocket("/s"), Permission.OPERATE)).isTrue();
    for (Caller other :
        List.of(
            Identities.ofLoopback("127.0.0.1", 4711),
            Identities.ofContainer(TeamId.DEFAULT, new ContainerId("a".repeat(64)), "node-1"),
            new Caller(TeamId.DEFAULT, "root@unix", "10.0.0.1:4711"))) {
      assertThat(Policy.allows(other, Permission.OPERATE)).isFalse();
      assertThat(Policy.allows(other, Permission.IMAGE_WRITE)).isTrue();
    }
  }
}
