package dev.gantry.node.container;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused at create since it contradicts itself, or since nothing here serves it. */
class CreateCheckTest {
  private static void check(String config, String host) {
    ContainerConfig asked = EngineJson.MAPPER.readValue(config, ContainerConfig.class);
    HostConfig filled =
        HostDefaults.fill(EngineJson.MAPPER.readValue(host, HostConfig.class), "crun");
    FieldCheck.check(asked, filled, null);
    ModeCheck.check(asked, filled);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"PidMode\":\"host\",\"IpcMode\":\"shareable\",\"UTSMode\":\"host\"}",
        "{\"UsernsMode\":\"host\",\"CgroupnsMode\":\"host\",\"VolumeDriver\":\"local\"}",
        "{\"NetworkMode\":\"container:x\",\"PidMode\":\"container:x\",\"IpcMode\":\"container:x\"}",
        "{\"ExtraHosts\":[\"a:1.2.3.4\",\"b=::1\",\"c:[::1]\",\"d:host-gateway\"]}",
        "{\"Dns\":[\"1.1.1.1\",\"fe80::1\"],\"DnsSearch\":[\".\"],\"DnsOptions\":[\"ndots:2\"]}"
      })
  void whatGoesTogetherIsTaken(String host) {
    assertThatCode(() -> check("{}", host)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|{\"PidMode\":\"x\"}|invalid PID mode: x",
        "{}|{\"IpcMode\":\"container:\"}|invalid IPC mode: container:",
        "{}|{\"CgroupnsMode\":\"x\"}|invalid cgroup namespace mode: x",
        "{}|{\"NetworkMode\":\"container:\"}|invalid container format container:<name|id>",
        "{\"Hostname\":\"a\"}|{\"UTSMode\":\"host\"}|conflicting options: hostname and the UTS"
            + " mode",
        "{\"Hostname\":\"a\"}|{\"NetworkMode\":\"container:x\"}|hostname and the network mode",
        "{}|{\"NetworkMode\":\"container:x\",\"Dns\":[\"1.1.1.1\"]}|dns and the network mode",
        "{}|{\"NetworkMode\":\"container:x\",\"PublishAllPorts\":true}|port publishing and the",
        "{\"ExposedPorts\":{\"1/tcp\":{}}}|{\"NetworkMode\":\"container:x\"}|port exposing and the",
        "{}|{\"NetworkMode\":\"container:x\",\"Links\":[\"a\"]}|container type network can't be"
            + " used",
        "{}|{\"Links\":[\"a\"]}|bad format for links: a",
        "{}|{\"NetworkMode\":\"none\",\"Links\":[\"a\"]}|the network mode is none",
        "{\"MacAddress\":\"02:42:0:0:0:1\"}|{}|invalid MAC address",
        "{\"Domainname\":\"a b\"}|{}|invalid domainname",
        "{}|{\"Dns\":[\"x\"]}|invalid DNS server: x is not an ip address",
        "{}|{\"DnsSearch\":[\"a\\nnameserver 1.1.1.1\"]}|invalid DNS search domain",
        "{}|{\"ExtraHosts\":[\"x\"]}|bad format for add-host: \"x\"",
        "{}|{\"ExtraHosts\":[\"x:y\"]}|invalid IP address in add-host: \"y\"",
        "{}|{\"StorageOpt\":{\"size\":\"1G\"}}|--storage-opt is supported only for",
        "{}|{\"CgroupParent\":\"/x\"}|cgroup parents are not supported",
        "{}|{\"DeviceRequests\":[{\"Capabilities\":[[\"gpu\"]]}]}|could not select device driver"
            + " \"\" with capabilities: [[gpu]]"
      })
  void whatCannotBeIsRefused(String config, String host, String words) {
    assertThatThrownBy(() -> check(config, host)).hasMessageContaining(words);
  }
}
