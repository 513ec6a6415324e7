package dev.gantry.node.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.runtime.OciRuntime;
import dev.gantry.node.runtime.SeccompFilters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What an OCI runtime is told of what a client asked for. */
class BundlesTest {
  @TempDir Path root;

  @BeforeEach
  void users() throws Exception {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/srv:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\nextra:x:50:web\nother:x:60:\n");
  }

  private static HostConfig host(String json) {
    return EngineJson.MAPPER.readValue(json, HostConfig.class);
  }

  private JsonNode bundle(String config, String host) throws Exception {
    var bundles = new Bundles(new SeccompFilters(), Capabilities.DEFAULT, "6.1.0-13", false);
    Path folder = root.resolve("bundle");
    bundles.write(
        folder,
        new BundleInput(
            "id",
            OciRuntime.Kind.RUNC,
            "name",
            EngineJson.MAPPER.readValue(config, ContainerConfig.class),
            host(host),
            List.of(),
            root,
            EtcFiles.in(root),
            List.of(),
            Map.of("uts", "", "ipc", ""),
            "/group"));
    return EngineJson.MAPPER.readTree(folder.resolve("config.json").toFile());
  }

  private JsonNode bundle(String host) throws Exception {
    return bundle("{\"Cmd\":[\"x\"]}", host);
  }

  @Test
  void devicesAreMadeAndAllowed() throws Exception {
    JsonNode linux =
        bundle(
                """
                {"Devices":[{"PathOnHost":"/dev/zero","PathInContainer":"/dev/mine",
                 "CgroupPermissions":"r"}],"DeviceCgroupRules":["b 8:* rm"]}
                """)
            .get("linux");

    assertThat(linux.at("/devices/0/path").asString()).isEqualTo("/dev/mine");
    assertThat(linux.at("/resources/devices").toString())
        .contains("{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":5,\"access\":\"r\"}")
        .endsWith("{\"allow\":true,\"type\":\"b\",\"major\":8,\"access\":\"rm\"}]");
  }

  @Test
  void limitsOfBlockIoNameDevicesByNumber() throws Exception {
    JsonNode io =
        bundle(
                """
                {"BlkioDeviceReadBps":[{"Path":"/dev/zero","Rate":1024}],
                 "BlkioDeviceWriteIOps":[{"Path":"/dev/null","Rate":9}],
                 "BlkioWeightDevice":[{"Path":"/dev/null","Weight":50}]}
                """)
            .at("/linux/resources/blockIO");

    assertThat(io.toString())
        .isEqualTo(
            "{\"weightDevice\":[{\"major\":1,\"minor\":3,\"weight\":50}],"
                + "\"throttleReadBpsDevice\":[{\"major\":1,\"minor\":5,\"rate\":1024}],"
                + "\"throttleWriteIOPSDevice\":[{\"major\":1,\"minor\":3,\"rate\":9}]}");
  }

  @Test
  void aProfileOfOnesOwnIsTakenForTheProcessAsItIs() throws Exception {
    String profile =
        """
        {"defaultAction":"SCMP_ACT_ALLOW","archMap":[{"architecture":"SCMP_ARCH_X86_64",
         "subArchitectures":["SCMP_ARCH_X86"]}],"syscalls":[
         {"name":"mkdir","action":"SCMP_ACT_ERRNO","errnoRet":1},
         {"names":["chown"],"action":"SCMP_ACT_ERRNO","includes":{"caps":["CAP_CHOWN"]}},
         {"names":["reboot"],"action":"SCMP_ACT_ERRNO","includes":{"caps":["CAP_SYS_BOOT"]}},
         {"names":["kill"],"action":"SCMP_ACT_ERRNO","excludes":{"caps":["CAP_KILL"]}},
         {"names":["ptrace"],"action":"SCMP_ACT_ERRNO","includes":{"minKernel":"4.8"}},
         {"names":["bpf"],"action":"SCMP_ACT_ERRNO","includes":{"minKernel":"99.0"}}]}
        """;
    var options = EngineJson.MAPPER.createObjectNode();
    options.putArray("SecurityOpt").add("seccomp=" + profile).add("no-new-privileges");

    JsonNode bundle = bundle(options.toString());

    assertThat(bundle.at("/process/noNewPrivileges").asBoolean()).isTrue();
    assertThat(bundle.at("/linux/seccomp/architectures").toString())
        .isEqualTo("[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"]");
    assertThat(
            bundle
                .at("/linux/seccomp/syscalls")
                .valueStream()
                .map(r -> r.at("/names/0").asString()))
        .containsExactly("mkdir", "chown", "ptrace");
  }

  @Test
  void theFilterIsOffForWhoAsksAndForThePrivileged() throws Exception {
    assertThat(bundle("{\"SecurityOpt\":[\"seccomp:unconfined\"]}").at("/linux").has("seccomp"))
        .isFalse();
    assertThat(bundle("{\"Privileged\":true}").at("/linux").has("seccomp")).isFalse();
    assertThat(bundle("{}").at("/linux").has("seccomp")).isTrue();
  }

  @Test
  void processAndKernelSettingsAreToldAsTheyAre() throws Exception {
    JsonNode bundle =
        bundle(
            "{\"Cmd\":[\"x\"],\"User\":\"web\",\"Domainname\":\"example.org\"}",
            """
            {"GroupAdd":["other","70"],"OomScoreAdj":-5,"Sysctls":{"kernel.shmmax":"9"},
             "Ulimits":[{"Name":"core","Soft":-1,"Hard":-1}],"Annotations":{"a":"b"},
             "CapDrop":["ALL"],"CapAdd":["cap_kill"],"MaskedPaths":[],"ReadonlyRootfs":true}
            """);

    JsonNode process = bundle.get("process");
    assertThat(process.get("user").toString())
        .isEqualTo("{\"uid\":33,\"gid\":34,\"additionalGids\":[34,50,60,70]}");
    assertThat(process.at("/capabilities/effective").toString()).isEqualTo("[\"CAP_KILL\"]");
    assertThat(process.get("oomScoreAdj").asInt()).isEqualTo(-5);
    assertThat(process.at("/rlimits/0/hard").asString()).isEqualTo("18446744073709551615");
    assertThat(bundle.at("/linux/sysctl").toString())
        .isEqualTo("{\"kernel.domainname\":\"example.org\",\"kernel.shmmax\":\"9\"}");
    assertThat(bundle.at("/linux/maskedPaths").isEmpty()).isTrue();
    assertThat(bundle.at("/root/readonly").asBoolean()).isTrue();
    assertThat(bundle.at("/annotations/a").asString()).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0:0",
        "web|33:34",
        "33|33:34",
        "web:other|33:60",
        "7:8|7:8",
        ":60|0:60",
        "1:2:3|1:2",
        "2147483647|2147483647:0",
        "2147483648|uids and gids must be in range 0-2147483647",
        "-1|uids and gids must be in range 0-2147483647",
        "nosuch|unable to find user nosuch: no matching entries in passwd file",
        "0:nosuch|unable to find group nosuch: no matching entries in group file"
      })
  void usersAreFoundInTheImageOnly(String user, String found) throws Exception {
    String seen;
    try {
      Users.Identity identity = Users.resolve(root, user, null);
      seen = identity.uid() + ":" + identity.gid();
    } catch (Users.UnknownUserException e) {
      seen = String.valueOf(e.getMessage());
    }
    assertThat(seen).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"CapAdd\":[\"FOO\"]}|invalid CapAdd: unknown capability: \"CAP_FOO\"",
        "{\"CapDrop\":[\"FOO\"]}|invalid CapDrop: unknown capability: \"CAP_FOO\"",
        "{\"SecurityOpt\":[\"foo\"]}|invalid --security-opt 1: \"foo\"",
        "{\"SecurityOpt\":[\"foo=bar\"]}|invalid --security-opt 2: \"foo=bar\"",
        "{\"SecurityOpt\":[\"seccomp={\"]}|Decoding seccomp profile failed",
        "{\"Ulimits\":[{\"Name\":\"foo\"}]}|invalid ulimit type: foo",
        "{\"Ulimits\":[{\"Name\":\"core\",\"Soft\":2,\"Hard\":1}]}|less than or equal to hard"
            + " limit",
        "{\"Sysctls\":{\"kernel.hostname\":\"x\"}}|is not in a separate kernel namespace",
        "{\"Sysctls\":{\"net.x\":\"1\"},\"NetworkMode\":\"host\"}|not allowed in host network",
        "{\"Sysctls\":{\"kernel.sem\":\"1\"},\"IpcMode\":\"host\"}|not allowed in host ipc",
        "{\"DeviceCgroupRules\":[\"x\"]}|invalid device cgroup rule format: 'x'",
        "{\"Devices\":[{\"CgroupPermissions\":\"xyz\"}]}|invalid device mode: xyz",
        "{\"Annotations\":{\"run.oci.handler\":\"x\"}}|is kept for the OCI runtime"
      })
  void whatNoBundleCanSayIsRefused(String host, String words) {
    assertThatThrownBy(() -> BundleCheck.check(host(host))).hasMessageContaining(words);
  }
}
