package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.ops.testkit.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What containers have mounted, on the real kernel; some of it by those who mean no good. */
class StorageTest {
  @TempDir static Path root;
  @TempDir static Path host;
  private static KafkaBroker broker;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    broker = KafkaBroker.start();
    node = new RunningNode(root, broker.bootstrap());
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    broker.close();
  }

  @AfterEach
  void recordAndKernelAgree() throws Exception {
    node.removeAll();
    for (JsonNode volume : node.call("GET", "/volumes", null).body()) {
      node.call("DELETE", "/volumes/" + volume.get("Name").asString(), null);
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
    assertThat(Mounts.below(volumes())).isEmpty();
  }

  private static Path volumes() {
    return root.resolve("var/lib/gantry/nodes/node-1/volumes");
  }

  private static Path data(String volume) {
    return volumes().resolve("default").resolve(volume).resolve("_data");
  }

  /** A container that runs a script, with a part of the Engine API's HostConfig. */
  private static String container(String script, String host) {
    return """
    {"Image":"b","Cmd":["sh","-c","%s"],"HostConfig":{"NetworkMode":"none",%s}}
    """
        .formatted(script, host);
  }

  /** Runs a script to its end and answers what it wrote. */
  private static String run(String script, String host) throws Exception {
    String id = node.create(container(script, host));
    try (NodeStream wait =
        node.stream("POST", "/containers/" + id + "/wait?condition=next-exit", "")) {
      var answer = node.call("POST", "/containers/" + id + "/start", null);
      if (answer.status() != 200) {
        return answer.detail();
      }
      wait.raw();
    }
    return node.logs(id);
  }

  private static String refused(String host) throws Exception {
    return node.create(ContainerId.random(new SecureRandom()), container("true", host)).detail();
  }

  @Test
  void aTmpfsIsAsItWasAskedFor() throws Exception {
    assertThat(
            run(
                "busybox grep -E ' /(t|u) ' /proc/mounts; busybox stat -c %a /t",
                """
                "Tmpfs":{"/t":"rw,exec,size=64k,mode=0710,uid=33"},
                "Mounts":[{"Type":"tmpfs","Target":"/u","ReadOnly":true,"TmpfsOptions":{"SizeBytes":131072}}]
                """))
        .contains("tmpfs /t tmpfs rw,nosuid,nodev,")
        .contains("size=64k")
        .contains("mode=710")
        .contains("uid=33")
        .contains("tmpfs /u tmpfs ro,nosuid,nodev,noexec")
        .contains("size=128k")
        .endsWith("710\n");
  }

  @Test
  void aReadOnlyRootHasPlacesToWrite() throws Exception {
    assertThat(
            run(
                "touch /x 2>/dev/null || echo no; touch /t/x /v/x /data/x && echo yes",
                """
                "ReadonlyRootfs":true,"Tmpfs":{"/t":""},"Binds":["things:/v","more:/data"]
                """))
        .isEqualTo("no\nyes\n");
    assertThat(data("more").resolve("of-the-image")).exists();
  }

  @Test
  void volumesOfAnotherContainerComeAsItHasThem() throws Exception {
    String first =
        node.create(
            """
            {"Image":"b","Cmd":["sh","-c","echo a > /v/a; echo b > /w/b"],"Volumes":{"/w":{}},
             "HostConfig":{"NetworkMode":"none","Binds":["things:/v"]}}
            """);
    try (NodeStream wait =
        node.stream("POST", "/containers/" + first + "/wait?condition=next-exit", "")) {
      node.call("POST", "/containers/" + first + "/start", null);
      wait.raw();
    }
    String from = "\"VolumesFrom\":[\"" + first + ":ro\"]";

    assertThat(run("cat /v/a /w/b; touch /v/x 2>/dev/null || echo no", from))
        .isEqualTo("a\nb\nno\n");

    var answer =
        node.call(
            "POST", "/containers", node.createRequest(container("true", from), "other"), "other");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.detail()).isEqualTo("No such container: " + first);
    node.call("DELETE", "/containers/" + first + "?v=true", null);
    assertThat(node.call("GET", "/volumes", null).body()).hasSize(2);
    node.removeAll();
    assertThat(node.call("GET", "/volumes", null).body()).hasSize(1);
  }

  @Test
  void aSubpathNeverLeadsOutOfItsVolume() throws Exception {
    Files.writeString(host.resolve("secret"), "of the host");
    run(
        "mkdir -p /v/in /v%1$s; echo inside > /v/in/f; echo mine > /v%1$s/secret;".formatted(host)
            + " busybox ln -s %s /v/absolute; busybox ln -s ../../../../../../../../..%s /v/upwards;"
                .formatted(host, host)
            + " busybox ln -s /proc/self/root /v/magic",
        "\"Binds\":[\"things:/v\"]");

    assertThat(run("cat /p/f", subpath("in"))).isEqualTo("inside\n");
    assertThat(run("cat /p", subpath("in/f"))).isEqualTo("inside\n");
    assertThat(run("cat /p/secret", subpath("absolute"))).isEqualTo("mine\n");
    assertThat(run("cat /p/secret", subpath("upwards"))).isEqualTo("mine\n");
    assertThat(run("ls /p", subpath("magic"))).contains("no such file or directory");
    assertThat(run("ls /p", subpath("absent"))).contains("no such file or directory");
    assertThat(Files.readString(host.resolve("secret"))).isEqualTo("of the host");
  }

  @Test
  void aSubpathTakesNoMagicLink() throws Exception {
    createVolume("things", Map.of("type", "none", "o", "bind", "device", "/proc"));

    assertThat(run("ls /p", subpath("self/root"))).contains("too many levels of symbolic links");
    assertThat(run("ls /p", subpath("self/cwd"))).contains("too many levels of symbolic links");
  }

  private static String subpath(String path) {
    return """
    "Mounts":[{"Type":"volume","Source":"things","Target":"/p","VolumeOptions":{"Subpath":"%s"}}]
    """
        .formatted(path);
  }

  @Test
  void aTargetNeverLeadsOutOfTheContainer() throws Exception {
    Path target = Files.createDirectory(host.resolve("target"));
    run("busybox ln -s %s /v/link".formatted(target), "\"Binds\":[\"links:/v\"]");

    String said = run("touch %s/made".formatted(target), "\"Binds\":[\"links:/v\",\"b2:/v/link\"]");

    assertThat(said).isEmpty();
    assertThat(target).isEmptyDirectory();
    assertThat(data("b2").resolve("made")).exists();
    assertThat(Mounts.below(target)).isEmpty();
  }

  @Test
  void aBindsSourceIsMadeByOneWayOfAskingAndMissedByTheOther() throws Exception {
    Path missing = host.resolve("missing");
    assertThat(
            refused(
                "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"%s\",\"Target\":\"/x\"}]"
                    .formatted(missing)))
        .isEqualTo(
            "invalid mount config for type \"bind\": bind source path does not exist: " + missing);
    assertThat(run("echo ran", "\"Binds\":[\"%s:/x\"]".formatted(missing))).isEqualTo("ran\n");
    assertThat(missing).isDirectory();
  }

  @Test
  void readOnlyReachesTheMountsBelowUnlessItShallNot() throws Exception {
    Path top = Files.createDirectory(host.resolve("top"));
    Path below = Files.createDirectory(top.resolve("below"));
    command("mount", "-t", "tmpfs", "tmpfs", below.toString());
    try {
      String script = "touch /x/below/f 2>/dev/null && echo wrote || echo no; ls /x/below";
      assertThat(run(script, bind(top, "\"ReadOnly\":true"))).isEqualTo("no\n");
      assertThat(
              run(
                  script,
                  bind(top, "\"ReadOnly\":true,\"BindOptions\":{\"ReadOnlyNonRecursive\":true}")))
          .isEqualTo("wrote\nf\n");
      assertThat(run("ls /x/below", bind(top, "\"BindOptions\":{\"NonRecursive\":true}")))
          .isEmpty();
      Files.delete(below.resolve("f"));
      // As clients of before 1.44 know it, of each kind of bind.
      for (String bind :
          List.of(bind(top, "\"ReadOnly\":true"), "\"Binds\":[\"%s:/x:ro\"]".formatted(top))) {
        assertThat(run(script, bind + OLDER)).isEqualTo("wrote\nf\n");
        Files.delete(below.resolve("f"));
        assertThat(run("touch /x/f 2>/dev/null && echo wrote || echo no", bind + OLDER))
            .isEqualTo("no\n");
      }
    } finally {
      command("umount", below.toString());
    }
  }

  /** Ends the host part of a request, and says beside it what a client of before 1.44 means. */
  private static final String OLDER = "},\"ReadOnlyAtTop\":true,\"Labels\":{";

  private static String bind(Path source, String more) {
    return "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"%s\",\"Target\":\"/x\",%s}]"
        .formatted(source, more);
  }

  @Test
  void mountsOfTheHostComeToASlave() throws Exception {
    Path top = Files.createDirectory(host.resolve("peers"));
    assertThat(run("true", "\"Binds\":[\"%s:/x:rslave\"]".formatted(top)))
        .endsWith("but it is not a shared or slave mount");
    command("mount", "-t", "tmpfs", "tmpfs", top.toString());
    try {
      command("mount", "--make-shared", top.toString());
      Path sub = Files.createDirectory(top.resolve("sub"));
      String id =
          node.create(
              container(
                  "while [ ! -e /x/sub/come ]; do sleep 0.05; done; echo seen",
                  "\"Binds\":[\"%s:/x:rslave\"]".formatted(top)));
      try (NodeStream wait =
          node.stream("POST", "/containers/" + id + "/wait?condition=next-exit", "")) {
        assertThat(node.call("POST", "/containers/" + id + "/start", null).status()).isEqualTo(200);
        command("mount", "-t", "tmpfs", "tmpfs", sub.toString());
        Files.createFile(sub.resolve("come"));
        assertThat(wait.raw()).isEqualTo("{\"StatusCode\":0}\n");
      } finally {
        command("umount", sub.toString());
      }
      assertThat(node.logs(id)).isEqualTo("seen\n");
    } finally {
      command("umount", top.toString());
    }
  }

  @Test
  void aVolumesOptionsAreMountedWhileItIsUsed() throws Exception {
    assertThat(createVolume("memory", Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=64k")))
        .isEqualTo(201);
    String id = node.create(container("sleep 60", "\"Binds\":[\"memory:/m\"]"));
    assertThat(Mounts.isMounted(data("memory"))).isFalse();
    node.call("POST", "/containers/" + id + "/start", null);
    assertThat(Mounts.isMounted(data("memory"))).isTrue();
    assertThat(run("busybox grep ' /m ' /proc/mounts", "\"Binds\":[\"memory:/m\"]"))
        .contains("size=64k");
    assertThat(Mounts.isMounted(data("memory"))).isTrue();

    node.kill();
    node.start("");
    assertThat(Mounts.isMounted(data("memory"))).isTrue();
    node.call("POST", "/containers/" + id + "/kill", null);
    await().atMost(Duration.ofSeconds(10)).until(() -> !Mounts.isMounted(data("memory")));
  }

  @Test
  void aVolumeOfTheHostsIsNotRemovedWithItsContent() throws Exception {
    Path kept = Files.createDirectory(host.resolve("kept"));
    Files.writeString(kept.resolve("file"), "kept");
    var options = Map.of("type", "none", "o", "bind", "device", kept.toString());
    assertThat(createVolume("bound", options)).isEqualTo(201);

    assertThat(run("cat /b/file", "\"Binds\":[\"bound:/b\"]")).isEqualTo("kept");
    node.removeAll();
    assertThat(node.call("DELETE", "/volumes/bound", null).status()).isEqualTo(204);

    assertThat(kept.resolve("file")).exists();
    var body = Map.of("Name", "bound", "DriverOpts", options);
    assertThat(node.call("POST", "/volumes", body, "other").status()).isEqualTo(403);
    var sneaky = Map.of("type", "tmpfs", "o", "rbind", "device", kept.toString());
    assertThat(
            node.call("POST", "/volumes", Map.of("Name", "b2", "DriverOpts", sneaky), "other")
                .status())
        .isEqualTo(403);
  }

  @Test
  void aStartThatACrashCutShortLeavesNothingMounted() throws Exception {
    createVolume("memory", Map.of("type", "tmpfs", "device", "tmpfs"));
    node.call("POST", "/volumes", Map.of("Name", "things"));
    String id = node.create(container("sleep 60", "\"Binds\":[\"memory:/m\"]," + subpath(".")));
    node.kill();
    node.start("start.beforeNetwork=kill");
    try {
      node.call("POST", "/containers/" + id + "/start", null);
    } catch (IOException _) {
      // It died before it could answer.
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> !node.isAlive());
    assertThat(Mounts.isMounted(data("memory"))).isTrue();

    node.start("");

    assertThat(Mounts.isMounted(data("memory"))).isFalse();
    assertThat(Mounts.below(root)).isEmpty();
    assertThat(node.check()).isEmpty();
  }

  @Test
  void aMountThatTheKernelRefusesFailsTheStart() throws Exception {
    createVolume("far", Map.of("type", "nosuchfs", "device", ":/x", "o", "addr=127.0.0.1"));

    assertThat(run("true", "\"Binds\":[\"far:/f\"]"))
        .isEqualTo(
            "error while mounting volume '%1$s': failed to mount local volume: mount :/x:%1$s, data: addr=127.0.0.1: no such device"
                .formatted(data("far")));
  }

  @Test
  void volumesAreRefusedInTheEnginesWords() throws Exception {
    assertThat(volumeRefused(Map.of("foo", "bar"))).isEqualTo("create sv: invalid option: \"foo\"");
    assertThat(volumeRefused(Map.of("type", "tmpfs")))
        .isEqualTo("create sv: missing required option: \"device\"");
    assertThat(volumeRefused(Map.of("size", "10m")))
        .isEqualTo("create sv: quota size requested but no quota support");
    var driver = node.call("POST", "/volumes", Map.of("Name", "sv", "Driver", "foo"));
    assertThat(driver.status()).isEqualTo(404);
    assertThat(driver.detail())
        .isEqualTo("create sv: error looking up volume plugin foo: plugin \"foo\" not found");
    assertThat(refused("\"VolumeDriver\":\"foo\",\"Binds\":[\"sv:/x\"]"))
        .isEqualTo("create sv: error looking up volume plugin foo: plugin \"foo\" not found");
  }

  @Test
  void aVolumeThatAMountMakesHasItsLabels() throws Exception {
    node.create(
        container(
            "true",
            """
            "Mounts":[{"Type":"volume","Source":"made","Target":"/m","VolumeOptions":
             {"Labels":{"a":"b"},"DriverConfig":{"Options":{"type":"tmpfs","device":"tmpfs"}}}}]
            """));

    JsonNode volume = node.call("GET", "/volumes/made", null).body();

    assertThat(volume.at("/Labels/a").asString()).isEqualTo("b");
    assertThat(volume.at("/Options/type").asString()).isEqualTo("tmpfs");
  }

  @Test
  void pruneTakesWhatNobodyNamedOrAll() throws Exception {
    node.call("POST", "/volumes", Map.of("Name", "named", "Labels", Map.of("a", "b")));
    node.call("POST", "/volumes", Map.of());

    JsonNode anonymous = node.call("POST", "/volumes/prune", null).body();
    assertThat(anonymous.get("VolumesDeleted")).hasSize(1);
    assertThat(anonymous.at("/VolumesDeleted/0").asString()).hasSize(64);
    String other =
        "/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%2C%22label%22%3A%5B%22x%22%5D%7D";
    assertThat(node.call("POST", other, null).body().get("VolumesDeleted")).isEmpty();
    String all = "/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D";
    assertThat(node.call("POST", all, null).body().at("/VolumesDeleted/0").asString())
        .isEqualTo("named");
  }

  private static int createVolume(String name, Map<String, String> options) throws Exception {
    return node.call("POST", "/volumes", Map.of("Name", name, "DriverOpts", options)).status();
  }

  private static String volumeRefused(Map<String, String> options) throws Exception {
    return node.call("POST", "/volumes", Map.of("Name", "sv", "DriverOpts", options)).detail();
  }

  private static void command(String... words) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
  }
}
