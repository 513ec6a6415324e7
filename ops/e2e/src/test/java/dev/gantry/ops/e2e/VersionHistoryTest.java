package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the engine's version history says of versions for which there is no machine-readable
 * definition, 1.24 above all: which fields came and went with which version. What it calls "not
 * versioned" is the same in all of them and is not here.
 */
class VersionHistoryTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String NAME = "history" + Long.toHexString(System.nanoTime());

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @BeforeAll
  static void one() {
    Docker.onSocket()
        .run(
            "run",
            "-d",
            "--name",
            NAME,
            "--health-cmd",
            "true",
            "--annotation",
            "a=b",
            "busybox",
            "sleep",
            "1000")
        .ok();
  }

  @AfterAll
  static void none() {
    Docker.onSocket().run("rm", "-f", NAME);
  }

  @ParameterizedTest
  @CsvSource({
    "/version, /MinAPIVersion, 25, 99",
    "/version, /Platform, 35, 99",
    "/version, /Components, 35, 99",
    "/info, /ExecutionDriver, 0, 25",
    "/info, /SecurityOptions, 24, 99",
    "/info, /KernelMemory, 23, 42",
    "/info, /Warnings, 39, 99",
    "/info, /CgroupVersion, 41, 99",
    "/info, /CDISpecDirs, 44, 99",
    "/info, /FirewallBackend, 49, 99",
    "/info, /BridgeNfIptables, 0, 50",
    "/info, /BridgeNfIp6tables, 0, 50",
    "/images/busybox/json, /VirtualSize, 0, 44",
    "/images/busybox/json, /Container, 0, 45",
    "/images/busybox/json, /ContainerConfig, 0, 45",
    "/images/busybox/json, /Config/Hostname, 0, 50",
    "/images/busybox/json, /Config/Tty, 0, 50",
    "/images/json, /0/VirtualSize, 0, 44",
    "/networks/bridge, /EnableIPv4, 47, 99",
    "/networks?filters=%7B%22name%22%3A%5B%22%5Ebridge%24%22%5D%7D, /0/Containers/*, 0, 28",
    "/networks/bridge, /Containers/*, 0, 99",
    "/containers/NAME/json, /HostConfig/CgroupnsMode, 41, 99",
    "/containers/NAME/json, /HostConfig/KernelMemory, 0, 42",
    "/containers/NAME/json, /HostConfig/Annotations, 43, 99",
    "/containers/NAME/json, /NetworkSettings/Networks/*/DNSNames, 44, 99",
    "/containers/NAME/json, /NetworkSettings/Networks/*/GwPriority, 48, 99",
    "/containers/NAME/json, /State/Health, 0, 99",
    "/system/df, /Images/0/VirtualSize, 0, 44",
  })
  void aFieldIsThereInTheVersionsThatHaveIt(String path, String pointer, int from, int before)
      throws IOException {
    for (int minor : new TreeSet<>(java.util.List.of(24, from - 1, from, before - 1, before, 51))) {
      if (minor >= 24 && minor <= 51) {
        assertThat(has(get("/v1." + minor + path.replace("NAME", NAME)), pointer))
            .as(pointer + " in 1." + minor)
            .isEqualTo(minor >= from && minor < before);
      }
    }
  }

  private static boolean has(JsonNode body, String pointer) {
    JsonNode at = body;
    for (String step : pointer.substring(1).split("/")) {
      at =
          step.equals("*")
              ? first(at)
              : at.isArray() ? at.path(Integer.parseInt(step)) : at.path(step);
    }
    return !at.isMissingNode();
  }

  private static JsonNode first(JsonNode of) {
    return of.isEmpty() ? of.path("none") : of.iterator().next();
  }

  private static JsonNode get(String path) throws IOException {
    return JSON.readTree(Http.call("GET", path, "").body());
  }

  @Test
  void securityOptionsWerePlainNames() throws IOException {
    assertThat(get("/v1.24/info").at("/SecurityOptions/0").asString()).doesNotContain("=");
    assertThat(get("/v1.25/info").at("/SecurityOptions/0").asString()).startsWith("name=");
  }

  @Test
  void theShortIdWasAnAlias() throws IOException {
    String network = containers.network();
    String name = containers.name();
    docker.run("network", "create", network).ok();
    docker.run("run", "-d", "--name", name, "--network", network, "busybox", "sleep", "9").ok();
    String id = docker.inspect(name).get("Id").asString().substring(0, 12);
    String aliases = "/NetworkSettings/Networks/" + network + "/Aliases";
    assertThat(get("/v1.44/containers/" + name + "/json").at(aliases).toString()).contains(id);
    assertThat(get("/v1.45/containers/" + name + "/json").at(aliases).toString())
        .doesNotContain(id);
  }

  /** Clients of 1.24 remove their containers themselves, and would find them gone. */
  @Test
  void autoRemoveCameWith25() throws IOException {
    for (int minor : new int[] {24, 25}) {
      String name = containers.name();
      String body =
          "{\"Image\":\"busybox\",\"Cmd\":[\"true\"],\"HostConfig\":{\"AutoRemove\":true}}";
      String engine = "/v1." + minor;
      assertThat(Http.call("POST", engine + "/containers/create?name=" + name, body).status())
          .isEqualTo(201);
      assertThat(
              get(engine + "/containers/" + name + "/json")
                  .at("/HostConfig/AutoRemove")
                  .asBoolean())
          .isEqualTo(minor == 25);
    }
  }

  /** A wait of before 1.30 is for the end of the container, whatever condition is written. */
  @Test
  void conditionsCameWith30() throws IOException {
    String name = containers.name();
    docker.run("run", "--name", name, "busybox", "sh", "-c", "exit 3");
    Http.Answer old =
        Http.call("POST", "/v1.24/containers/" + name + "/wait?condition=next-exit", "");
    assertThat(JSON.readTree(old.body()).path("StatusCode").asInt()).isEqualTo(3);
    assertThat(Http.call("POST", "/v1.30/containers/" + name + "/wait?condition=x", "").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42 | `ConsoleSize`:[33,90] | /HostConfig/ConsoleSize/0 | 0 | 33",
        "43 | `Annotations`:{`a`:`b`} | /HostConfig/Annotations/a | none | b",
        "40 | `IpcMode`:`` | /HostConfig/IpcMode | shareable | private",
      })
  void aFieldOfACreateMeantSomethingElseBefore(
      int since, String field, String pointer, String older, String newer) throws IOException {
    for (int minor : new int[] {24, since - 1, since, 51}) {
      String name = containers.name();
      create(minor, name, "", field);
      assertThat(get("/containers/" + name + "/json").at(pointer).asString("none"))
          .as("in 1." + minor)
          .isEqualTo(minor < since ? older : newer);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "45 | `Type`:`volume`,`Source`:`s`,`VolumeOptions`:{`Subpath`:`x`}",
        "44 | `Type`:`bind`,`Source`:`/dev`,`ReadOnly`:true,"
            + "`BindOptions`:{`ReadOnlyForceRecursive`:true,`Propagation`:`rprivate`}"
      })
  void whatAnOlderClientCannotHaveIsRefused(int since, String mount) throws IOException {
    String host =
        "`Mounts`:[{`Target`:`/x`," + mount.replace("`s`", "`" + containers.volume() + "`") + "}]";
    for (int minor : new int[] {since - 1, since}) {
      Http.Answer answer = tryCreate(minor, containers.name(), "", host);
      assertThat(answer.body().contains("needs API v1." + since + " or newer"))
          .as(answer.toString())
          .isEqualTo(minor < since);
      assertThat(answer.status()).isEqualTo(minor < since ? 400 : 201);
    }
  }

  @Test
  void optionsOfOtherMountsWerePassedOverUntil42() throws IOException {
    String mount =
        "`Mounts`:[{`Target`:`/x`,`Type`:`tmpfs`,`VolumeOptions`:{`NoCopy`:true}},"
            + "{`Target`:`/y`,`Type`:`bind`,`Source`:`/no/such`,`BindOptions`:{`CreateMountpoint`:true}}]";
    assertThat(tryCreate(42, containers.name(), "", mount).body()).contains("VolumeOptions");
    assertThat(tryCreate(41, containers.name(), "", mount).body())
        .contains("bind source path does not exist: /no/such");
  }

  @Test
  void readOnlyWasOfTheTopUntil44() throws IOException {
    for (String bind :
        new String[] {
          "`Binds`:[`/dev:/x:ro`]",
          "`Mounts`:[{`Type`:`bind`,`Source`:`/dev`,`Target`:`/x`,`ReadOnly`:true}]"
        }) {
      for (int minor : new int[] {24, 43, 44}) {
        String name = containers.name();
        // A file system of its own, on whatever host.
        String file = "/x/shm/" + name;
        String script =
            "touch %1$s 2>/dev/null && rm %1$s && echo wrote || echo no".formatted(file);
        create(minor, name, "`Cmd`:[`sh`,`-c`,`" + script + "`],", bind);
        assertThat(docker.run("start", "-a", name).ok())
            .as(bind + " in 1." + minor)
            .isEqualTo(minor < 44 ? "wrote" : "no");
      }
    }
  }

  @Test
  void theAddressOfAnEndpointCameWith44() throws IOException {
    for (int minor : new int[] {43, 44}) {
      String name = containers.name();
      String mac = "02:42:00:00:12:34";
      Http.Answer made =
          Http.call(
              "POST",
              "/v1." + minor + "/containers/create?name=" + name,
              """
              {"Image":"busybox","Cmd":["sleep","9"],
               "NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"%s"}}}}
              """
                  .formatted(mac));
      assertThat(made.status()).as(made.toString()).isEqualTo(201);
      docker.run("start", name).ok();
      assertThat(docker.inspect(name).at("/NetworkSettings/Networks/bridge/MacAddress").asString())
          .satisfies(
              given -> assertThat(given.equals(mac)).as("in 1." + minor).isEqualTo(minor == 44));
    }
  }

  private static void create(int minor, String name, String config, String host)
      throws IOException {
    Http.Answer answer = tryCreate(minor, name, config, host);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
  }

  private static Http.Answer tryCreate(int minor, String name, String config, String host)
      throws IOException {
    String body = "{`Image`:`busybox`," + config + "`HostConfig`:{" + host + "}}";
    return Http.call(
        "POST", "/v1." + minor + "/containers/create?name=" + name, body.replace('`', '"'));
  }

  @Test
  void streamsHadOneTypeUntil42() throws IOException {
    String request = "/containers/" + NAME + "/logs?stdout=1";
    assertThat(Http.call("GET", "/v1.24" + request, "").head()).contains("raw-stream");
    assertThat(Http.call("GET", "/v1.42" + request, "").head()).contains("multiplexed-stream");
  }
}
