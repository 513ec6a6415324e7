package dev.gantry.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

class EngineJsonTest {
  private static ObjectNode object(String json) {
    return (ObjectNode) EngineJson.MAPPER.readTree(json);
  }

  @Test
  void aCreateIsFlatOnTheWire() {
    ContainerCreateRequest request =
        ContainerCreateRequest.fromWire(
            object(
                """
                {"Image":"busybox","Cmd":["true"],"Env":null,
                 "HostConfig":{"Memory":0,"CpuShares":null,"PortBindings":{"80/tcp":[{"HostPort":"8080"}],"81/tcp":null}},
                 "NetworkingConfig":null}
                """));
    assertThat(request.config().cmd()).isEqualTo(List.of("true"));
    assertThat(request.config().env()).isNull();
    HostConfig host = request.hostConfig();
    assertThat(host).isNotNull();
    assertThat(host.memory()).isZero();
    assertThat(host.cpuShares()).isNull();
    assertThat(host.portBindings()).containsKeys("80/tcp", "81/tcp");
    assertThat(request.networkingConfig()).isNull();
  }

  @Test
  void whatIsNullInAMapIsEmpty() {
    ContainerCreateRequest request =
        ContainerCreateRequest.fromWire(
            object(
                """
                {"Labels":{"a":null},"Volumes":{"/v":null},
                 "HostConfig":{"Sysctls":{"net.ipv4.ip_forward":null},"PortBindings":{"81/tcp":null}}}
                """));
    assertThat(request.config().labels()).isEqualTo(Map.of("a", ""));
    assertThat(request.config().volumes()).isEqualTo(Map.of("/v", Map.of()));
    HostConfig host = request.hostConfig();
    assertThat(host).isNotNull();
    assertThat(host.sysctls()).isEqualTo(Map.of("net.ipv4.ip_forward", ""));
    assertThat(host.portBindings()).containsEntry("81/tcp", null);
  }

  @Test
  void namesMatchInAnyCaseButOnlyOnce() {
    assertThat(
            EngineJson.MAPPER.readValue("{\"detach\":true,\"TTY\":false}", ExecStartRequest.class))
        .isEqualTo(new ExecStartRequest(true, false, null));
    assertThatThrownBy(() -> EngineJson.MAPPER.readTree("{\"a\":1,\"a\":2}"))
        .isInstanceOf(JacksonException.class);
    assertThatThrownBy(() -> EngineJson.MAPPER.readValue("{} {}", ExecStartRequest.class))
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void mergeKeepsWhatThePatchDoesNotName() {
    RestartPolicy merged =
        EngineJson.merge(
            new RestartPolicy("on-failure", 3),
            object("{\"Name\":\"always\",\"MaximumRetryCount\":null}"),
            RestartPolicy.class);
    assertThat(merged).isEqualTo(new RestartPolicy("always", 3));
  }

  @Test
  void aFrameHeaderTellsItsLength() {
    byte[] header = new byte[10];
    StreamFrame.writeHeader(header, 2, StreamFrame.STDERR, 0x01020304);
    assertThat(header).containsExactly(0, 0, 2, 0, 0, 0, 1, 2, 3, 4);
    assertThat(StreamFrame.length(header, 2)).isEqualTo(0x01020304);
  }
}
