package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that are half there when image-service dies: nobody sees them, nothing is left of them,
 * the client is told, and the same works a moment later.
 */
class HalfImagesTest {
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final String repository = "e2e/" + Integer.toHexString(System.identityHashCode(this));
  @TempDir Path folder;

  @AfterEach
  void whatIsStoredIsWhatItsNamesSay() {
    assertThat(Platform.ops("verify-store").ok()).endsWith("all is well");
  }

  @AfterEach
  void removeImages() {
    // By name: one of them is the image that every test runs.
    for (String image :
        docker.run("images", "--format", "{{.Repository}}:{{.Tag}}", repository).lines()) {
      docker.run("rmi", image);
    }
  }

  @Test
  void aLoad() throws Exception {
    docker.run("tag", "busybox", repository + ":half").ok();
    byte[] archive = saved(repository + ":half");
    docker.run("rmi", repository + ":half").ok();
    List<String> before = images();

    broken(archive, "load");

    assertThat(images()).isEqualTo(before);
    assertThat(docker.runWithInput(archive, "load").ok()).contains(repository + ":half");
  }

  @Test
  void anImport() throws Exception {
    String container = containers.name();
    docker.run("create", "--name", container, "busybox").ok();
    Path file = folder.resolve("root.tar");
    docker.run("export", "-o", file.toString(), container).ok();
    byte[] archive = Files.readAllBytes(file);
    List<String> before = images();

    broken(archive, "import", "-", repository + ":half");

    assertThat(images()).isEqualTo(before);
    docker.runWithInput(archive, "import", "-", repository + ":half").ok();
    assertThat(docker.run("run", "--rm", repository + ":half", "/bin/echo", "on").ok())
        .isEqualTo("on");
  }

  @Test
  void aCommit() throws Exception {
    String container = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            container,
            "busybox",
            "sh",
            "-c",
            "dd if=/dev/zero of=/large bs=1M count=400 2>/dev/null; echo ready; exec sleep 1000")
        .ok();
    Awaitility.await()
        .atMost(RECOVERY)
        .until(() -> docker.run("logs", container).out().contains("ready"));
    List<String> before = images();

    Process commit = docker.start("commit", container, repository + ":half");
    killInTheMiddle();

    refused(Docker.finish(commit, new byte[0]));
    settled(before);
    assertThat(docker.run("inspect", "-f", "{{.State.Status}} {{.State.Paused}}", container).ok())
        .isEqualTo("running false");
    assertThat(docker.run("exec", container, "echo", "on").ok()).isEqualTo("on");
    docker.run("commit", container, repository + ":whole").ok();
    assertThat(docker.run("run", "--rm", repository + ":whole", "ls", "/large").ok())
        .isEqualTo("/large");
  }

  /** Sends half of what a command wants to have, and kills who has it. */
  private void broken(byte[] archive, String... command) throws Exception {
    List<String> before = images();
    Process sending = docker.start(command);
    sending.getOutputStream().write(archive, 0, archive.length / 2);
    sending.getOutputStream().flush();
    killInTheMiddle();
    refused(
        Docker.finish(sending, Arrays.copyOfRange(archive, archive.length / 2, archive.length)));
    settled(before);
  }

  private static void killInTheMiddle() {
    Awaitility.await("something half written")
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> incoming() > 0);
    Processes.kill(Processes.with("image-service"));
  }

  private static void refused(Result result) {
    assertThat(result.exit()).as(result.toString()).isNotZero();
    assertThat(result.err().strip()).isNotEmpty();
  }

  private void settled(List<String> images) {
    Awaitility.await("images as before")
        .atMost(RECOVERY)
        .untilAsserted(() -> assertThat(images()).isEqualTo(images));
    Awaitility.await("nothing half written")
        .atMost(RECOVERY)
        .untilAsserted(() -> assertThat(incoming()).isZero());
  }

  /** Files that are on their way into the store, or were when somebody died. */
  private static long incoming() {
    Path incoming = Platform.prefix().resolve("var/lib/gantry/control/images/incoming");
    try (Stream<Path> files = Files.walk(incoming)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".lock"))
          .count();
    } catch (IOException | UncheckedIOException _) {
      // A folder went while it was looked at: there was something.
      return 1;
    }
  }

  /** Sorted, as the CLI tells an image's names in any order. */
  private List<String> images() {
    return docker
        .run("images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}")
        .lines()
        .stream()
        .sorted()
        .toList();
  }

  private byte[] saved(String image) throws IOException {
    Path file = folder.resolve("image.tar");
    docker.run("save", "-o", file.toString(), image).ok();
    return Files.readAllBytes(file);
  }
}
