package dev.gantry.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The names that programs have known since links came to be. */
class LinkVariablesTest {
  private static List<String> of(List<String> exposed, List<String> environment) {
    return LinkVariables.of("web", "my-db", "172.17.0.2", exposed, environment);
  }

  @Test
  void theLowestPortIsTheDefaultOne() {
    assertThat(of(List.of("8080/tcp", "53/udp", "53/tcp"), List.of()))
        .startsWith("MY_DB_PORT=tcp://172.17.0.2:53")
        .contains(
            "MY_DB_PORT_8080_TCP=tcp://172.17.0.2:8080",
            "MY_DB_PORT_8080_TCP_ADDR=172.17.0.2",
            "MY_DB_PORT_8080_TCP_PORT=8080",
            "MY_DB_PORT_8080_TCP_PROTO=tcp",
            "MY_DB_PORT_53_UDP=udp://172.17.0.2:53")
        .endsWith("MY_DB_NAME=/web/my-db");
  }

  @Test
  void portsInARowHaveABeginningAndAnEnd() {
    assertThat(of(List.of("7000/tcp", "7001/tcp", "7002/tcp", "9000/tcp"), List.of()))
        .contains(
            "MY_DB_PORT_7000_TCP_START=tcp://172.17.0.2:7000",
            "MY_DB_PORT_7000_TCP_PORT_START=7000",
            "MY_DB_PORT_7000_TCP_END=tcp://172.17.0.2:7002",
            "MY_DB_PORT_7000_TCP_PORT_END=7002")
        .noneMatch(variable -> variable.startsWith("MY_DB_PORT_9000_TCP_START"));
  }

  @Test
  void theOthersVariablesAreTherePrefixed() {
    assertThat(of(List.of(), List.of("PATH=/bin", "HOME=/", "PASSWORD=a=b", "UNSET")))
        .containsExactly("MY_DB_NAME=/web/my-db", "MY_DB_ENV_PASSWORD=a=b");
  }
}
