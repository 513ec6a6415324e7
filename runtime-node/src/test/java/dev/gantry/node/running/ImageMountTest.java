package dev.gantry.node.running;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.kernel.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Images that containers have mounted beside their own. */
class ImageMountTest {
  @TempDir static Path root;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    assertThat(node.check()).isEmpty();
    assertThat(Mounts.below(root)).isEmpty();
  }

  private static String container(String script, String mount) {
    return """
    {"Image":"b","Cmd":["sh","-c","%s"],"HostConfig":{"NetworkMode":"none","Mounts":[
     {"Type":"image","Source":"tools","Target":"/tools"%s}]}}
    """
        .formatted(script, mount);
  }

  private static String part(String subpath) {
    return ",\"ImageOptions\":{\"Subpath\":\"" + subpath + "\"}";
  }

  private static String running(String mount) throws Exception {
    String id = node.create(container("exec sleep 60", mount));
    var answer = node.call("POST", "/containers/" + id + "/start", null);
    assertThat(answer.status()).as(answer.detail()).isEqualTo(200);
    return id;
  }

  /** What a container with the mount writes, or why it did not start. */
  private static String run(String script, String mount) throws Exception {
    String id = node.create(container(script, mount));
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

  private static RunningNode.Answer refused(String request) throws Exception {
    return node.create(ContainerId.random(new SecureRandom()), request);
  }

  @Test
  void anImageIsThereAndCannotBeChanged() throws Exception {
    assertThat(
            run(
                "cat /tools/data/of-the-image; touch /tools/x || echo no;"
                    + " busybox mount -o remount,rw /tools || echo neither",
                ""))
        .startsWith("copied up\n")
        .contains("Read-only file system")
        .contains("no\n", "neither\n");
  }

  @Test
  void aPartOfItIsThereByItself() throws Exception {
    assertThat(run("ls /tools", part("data"))).isEqualTo("of-the-image\n");
    assertThat(run("cat /tools", part("data/of-the-image"))).isEqualTo("copied up\n");
    assertThat(run("ls /tools", part("absent"))).contains("no such file or directory");
  }

  @Test
  void aPartNeverLeadsOutOfTheImage() throws Exception {
    // A link in the image, which would be the host's own where the host followed it.
    assertThat(run("cat /tools", part("tmp/up/passwd"))).contains("web:x:33:44::/data:/bin/sh");
    var answer = refused(container("true", part("../etc")));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail())
        .isEqualTo(
            "invalid mount config for type \"image\": subpath must be a relative path within the"
                + " image");
  }

  @Test
  void whatIsNotAnImagesIsRefused() throws Exception {
    assertThat(refused(container("true", ",\"BindOptions\":{}")).detail())
        .isEqualTo(
            "invalid mount config for type \"image\": field BindOptions must not be specified");
    var unknown = refused(container("true", "").replace("tools\",", "nosuch\","));
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.detail()).isEqualTo("No such image: nosuch");
  }

  @Test
  void itIsTold() throws Exception {
    JsonNode container = node.inspect(node.create(container("true", part("data"))));

    JsonNode mount = container.at("/Mounts/0");
    assertThat(mount.get("Type").asString()).isEqualTo("image");
    assertThat(mount.get("Name").asString()).isEqualTo("tools");
    assertThat(mount.get("Destination").asString()).isEqualTo("/tools");
    assertThat(mount.get("RW").asBoolean()).isFalse();
    assertThat(container.at("/HostConfig/Mounts/0/ImageOptions/Subpath").asString())
        .isEqualTo("data");
    JsonNode snapshot = node.call("GET", "/containers", null).body().get(0);
    assertThat(snapshot.at("/mountedImages/0").asString()).startsWith("sha256:");
  }

  @Test
  void itStaysWhenTheAgentStartsAnew() throws Exception {
    String id = running(part("data"));
    node.kill();
    node.start("");

    assertThat(node.output(id, "cat", "/tools/of-the-image")).isEqualTo("copied up\n");
    node.call("POST", "/containers/" + id + "/restart?t=0", null);
    assertThat(node.output(id, "cat", "/tools/of-the-image")).isEqualTo("copied up\n");
  }

  @Test
  void aStartThatACrashCutShortLeavesNothingMounted() throws Exception {
    String id = node.create(container("exec sleep 60", part("data")));
    node.kill();
    node.start("start.beforeNetwork=kill");
    try {
      node.call("POST", "/containers/" + id + "/start", null);
    } catch (IOException _) {
      // It died before it could answer.
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> !node.isAlive());
    assertThat(Mounts.below(root)).isNotEmpty();

    node.start("");

    assertThat(Mounts.below(root)).isEmpty();
    assertThat(node.check()).isEmpty();
  }

  @Test
  void itsFilesCanBeCopiedWhetherTheContainerRunsOrNot() throws Exception {
    String idle = node.create(container("true", part("data/of-the-image")));
    String busy = running("");

    assertThat(archived(idle, "/tools")).contains("copied up");
    assertThat(archived(busy, "/tools/data/of-the-image")).contains("copied up");
  }

  private static String archived(String id, String path) throws Exception {
    var answer = node.raw("GET", "/containers/" + id + "/archive?path=" + path, new byte[0]);
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), UTF_8);
  }

  @Test
  void anotherContainerMayHaveItToo() throws Exception {
    String id = node.create(container("true", part("data")));

    String guest =
        """
        {"Image":"b","Cmd":["sh","-c","exec sleep 60"],
         "HostConfig":{"NetworkMode":"none","VolumesFrom":["%s"]}}
        """
            .formatted(id);
    String other = node.create(guest);
    node.call("POST", "/containers/" + other + "/start", null);

    assertThat(node.output(other, "cat", "/tools/of-the-image")).isEqualTo("copied up\n");
  }
}
