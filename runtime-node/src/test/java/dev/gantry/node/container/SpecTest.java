package dev.gantry.node.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container takes over from its image, gets by default, and may not ask for. */
class SpecTest {
  private static final String IMAGE =
      """
      {"Cmd":["serve"],"Entrypoint":["/entry"],"Env":["PATH=/bin","A=image"],"WorkingDir":"/srv",
       "User":"web","Labels":{"of":"image","both":"image"},"ExposedPorts":{"80/tcp":{}},
       "StopSignal":"SIGQUIT"}
      """;

  private static ContainerConfig merged(String asked) {
    return ImageConfig.merge(config(asked), config(IMAGE), "short-id");
  }

  private static ContainerConfig config(String json) {
    return EngineJson.MAPPER.readValue(json, ContainerConfig.class);
  }

  private static HostConfig host(String json) {
    return HostDefaults.fill(EngineJson.MAPPER.readValue(json, HostConfig.class), "crun");
  }

  @Test
  void whatIsNotSaidIsTheImages() {
    ContainerConfig config = merged("{\"Image\":\"x\"}");

    assertThat(config.cmd()).containsExactly("serve");
    assertThat(config.entrypoint()).containsExactly("/entry");
    assertThat(config.workingDir()).isEqualTo("/srv");
    assertThat(config.user()).isEqualTo("web");
    assertThat(config.stopSignal()).isEqualTo("SIGQUIT");
    assertThat(config.hostname()).isEqualTo("short-id");
  }

  @Test
  void anEntrypointTakesTheImagesCommandAway() {
    ContainerConfig config = merged("{\"Entrypoint\":[\"sh\"]}");

    assertThat(config.entrypoint()).containsExactly("sh");
    assertThat(config.cmd()).isNull();
  }

  @Test
  void anEmptyEntrypointTakesTheImagesAway() {
    ContainerConfig config = merged("{\"Entrypoint\":[\"\"],\"Cmd\":[\"ls\"]}");

    assertThat(config.entrypoint()).isNull();
    assertThat(config.cmd()).containsExactly("ls");
  }

  @Test
  void environmentLabelsAndPortsAreUnited() {
    ContainerConfig config =
        merged(
            """
            {"Env":["A=mine","B=1","UNSET"],"Labels":{"both":"mine"},"ExposedPorts":{"443/tcp":{}}}
            """);

    assertThat(config.env()).containsExactly("A=mine", "B=1", "UNSET", "PATH=/bin");
    assertThat(config.labels()).containsEntry("both", "mine").containsEntry("of", "image");
    assertThat(config.exposedPorts()).containsOnlyKeys("80/tcp", "443/tcp");
  }

  @Test
  void defaultsAreFilledAsTheEngineFillsThem() {
    HostConfig host = HostDefaults.fill(null, "crun");

    assertThat(host.networkMode()).isEqualTo("bridge");
    assertThat(host.shmSize()).isEqualTo(67_108_864L);
    assertThat(host.restartPolicy()).isNotNull();
    assertThat(host.logConfig()).isNotNull();
    assertThat(host.maskedPaths()).contains("/proc/kcore");
    assertThat(host.binds()).isNull();
    assertThat(host.memory()).isZero();
    assertThat(host.pidsLimit()).isNull();
  }

  @Test
  void unsetValuesOfClientsAreDefaults() {
    HostConfig host =
        host(
            """
            {"NetworkMode":"default","MemorySwappiness":-1,"PidsLimit":0,"ShmSize":0,"Memory":10000000}
            """);

    assertThat(host.networkMode()).isEqualTo("bridge");
    assertThat(host.memorySwappiness()).isNull();
    assertThat(host.pidsLimit()).isNull();
    assertThat(host.memorySwap()).isEqualTo(20_000_000L);
  }

  @Test
  void aPrivilegedContainerSeesEverything() {
    assertThat(host("{\"Privileged\":true}").maskedPaths()).isNull();
  }

  private static void admit(HostConfig host) {
    CreateCheck.check(config("{\"Cmd\":[\"x\"]}"), host);
    new ResourceCheck(Kernels.PLAIN).admit(host, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Memory\":1024}|Minimum memory limit allowed is 6MB",
        "{\"MemorySwap\":10000000}|You should always set the Memory limit when using Memoryswap"
            + " limit",
        "{\"NanoCpus\":9000000000}|Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs"
            + " available",
        "{\"CpusetCpus\":\"0-7\"}|Requested CPUs are not available - requested 0-7, available: 0-1",
        "{\"RestartPolicy\":{\"Name\":\"sometimes\"}}|unknown policy 'sometimes'",
        "{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}}|can't create 'AutoRemove'"
            + " container",
        "{\"LogConfig\":{\"Type\":\"syslog\"}}|no log driver named 'syslog' is registered"
      })
  void refusesInTheEnginesWords(String json, String words) {
    assertThatThrownBy(() -> admit(host(json))).hasMessageContaining(words);
  }

  @Test
  void signalsHaveNamesAndNumbers() {
    assertThat(Signals.parse("KILL")).isEqualTo(9);
    assertThat(Signals.parse("sigusr1")).isEqualTo(10);
    assertThat(Signals.parse("15")).isEqualTo(15);
    assertThat(Signals.parse("SIGRTMIN+3")).isEqualTo(37);
    assertThat(Signals.parse(null)).isEqualTo(15);
    assertThatThrownBy(() -> Signals.parse("NOSUCH")).hasMessage("invalid signal: NOSUCH");
  }
}
