package dev.gantry.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.TeamId;
import dev.gantry.services.TeamSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketPolicyTest {
  private static final TeamId SHOP = new TeamId("shop");

  @Test
  void namesTeamsOrAllOfThem() {
    assertThat(new SocketPolicy(List.of("*"), "").allows(SHOP)).isTrue();
    assertThat(new SocketPolicy(List.of("default", "shop"), "").allows(SHOP)).isTrue();
    assertThat(new SocketPolicy(List.of("default"), "").allows(SHOP)).isFalse();
    assertThat(new SocketPolicy(List.of(), "").allows(SHOP)).isFalse();
  }

  @Test
  void tellsWhereClientsKnowTheSocket() {
    assertThat(new SocketPolicy(List.of(), "/run/gantry/../gantry/docker.sock").of(SHOP))
        .isEqualTo(
            new TeamSocket(
                false,
                List.of("/var/run/docker.sock", "/run/docker.sock", "/run/gantry/docker.sock")));
    assertThat(new SocketPolicy(List.of("shop"), "").of(SHOP))
        .isEqualTo(new TeamSocket(true, TeamSocket.WELL_KNOWN));
  }
}
