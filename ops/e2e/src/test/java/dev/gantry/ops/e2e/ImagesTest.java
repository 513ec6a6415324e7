package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The image commands that need no registry. */
class ImagesTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final String repository = "e2e/" + Integer.toHexString(System.identityHashCode(this));

  @AfterEach
  void removeImages() {
    for (String tag :
        docker.run("images", "--format", "{{.Repository}}:{{.Tag}}", repository).lines()) {
      docker.run("rmi", "-f", tag);
    }
  }

  @Test
  void saveAndLoadRoundTrip(@TempDir Path folder) {
    Path archive = folder.resolve("image.tar");
    String id = docker.run("image", "inspect", "-f", "{{.Id}}", "busybox").ok();
    docker.run("tag", "busybox", repository + ":saved").ok();
    docker.run("save", "-o", archive.toString(), repository + ":saved").ok();
    docker.run("rmi", repository + ":saved").ok();
    assertThat(docker.run("load", "-i", archive.toString()).ok())
        .contains("Loaded image: " + repository + ":saved");
    assertThat(docker.run("image", "inspect", "-f", "{{.Id}}", repository + ":saved").ok())
        .isEqualTo(id);
  }

  @Test
  void importMakesAnImageThatRuns(@TempDir Path folder) throws Exception {
    String source = containers.name();
    docker.run("create", "--name", source, "busybox").ok();
    Path root = Files.createDirectories(folder.resolve("root/bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("sh"));
    Process tar =
        new ProcessBuilder(
                "tar",
                "-C",
                folder.resolve("root").toString(),
                "-cf",
                folder.resolve("root.tar").toString(),
                ".")
            .start();
    assertThat(tar.waitFor()).isZero();
    String id =
        docker
            .run(
                "import",
                "-c",
                "ENV A=imported",
                "-c",
                "CMD [\"/bin/sh\",\"-c\",\"echo $A\"]",
                "-m",
                "note",
                folder.resolve("root.tar").toString(),
                repository + ":imported")
            .ok();
    assertThat(id).matches("sha256:[0-9a-f]{64}");
    assertThat(docker.run("run", "--rm", repository + ":imported").ok()).isEqualTo("imported");
  }

  @Test
  void tagListInspectRemove() {
    docker.run("tag", "busybox", repository + ":one").ok();
    docker.run("tag", "busybox:latest", repository + ":two").ok();
    assertThat(docker.run("images", "--format", "{{.Tag}}", repository).lines())
        .containsExactlyInAnyOrder("one", "two");
    var inspect = docker.inspect("--type", "image", repository + ":one");
    assertThat(inspect.at("/RootFS/Layers").size()).isPositive();
    assertThat(inspect.at("/RepoTags").toString()).contains(repository + ":one");
    assertThat(docker.run("rmi", repository + ":one").ok())
        .isEqualTo("Untagged: " + repository + ":one");
    assertThat(docker.run("rmi", repository + ":one").err()).contains("No such image");
    assertThat(docker.run("history", "-q", repository + ":two").lines()).isNotEmpty();
  }

  @Test
  void anImageInUseIsKept() {
    docker.run("tag", "busybox", repository + ":used").ok();
    String name = containers.name();
    docker.run("run", "-d", "--name", name, repository + ":used", "sleep", "1000").ok();
    String id = docker.run("image", "inspect", "-f", "{{.Id}}", "busybox").ok();
    assertThat(docker.run("rmi", id).err())
        .containsAnyOf(
            "is being used by running container", "must be forced", "is referenced in multiple");
  }

  @Test
  void aHostileArchiveIsRefused() {
    assertThat(docker.runWithInput("no tar at all".getBytes(UTF_8), "load").exit()).isEqualTo(1);
  }

  /** As curl and simple clients send it. */
  @Test
  void filtersMayStandRawInAQuery() throws IOException {
    for (String route : List.of("GET /images/json", "POST /images/prune", "GET /networks")) {
      String[] parts = route.split(" ");
      Http.Answer answer =
          Http.call(parts[0], "/v1.41" + parts[1] + "?filters={\"label\":[\"no.such.label\"]}", "");
      assertThat(answer.status()).as(route + answer.body()).isEqualTo(200);
    }
  }

  /** Who uses which image is told to image-service, however many they are. */
  @Test
  void manyContainersAreInNobodysWay() {
    String name = containers.name();
    for (int i = 0; i < 80; i++) {
      docker.run("create", "--name", containers.name(), "busybox", "true").ok();
    }
    docker.run("tag", "busybox", name + ":1").ok();
    assertThat(docker.run("images", "-q", name).lines()).hasSize(1);
    docker.run("rmi", name + ":1").ok();
    String id = docker.inspect("busybox").get("Id").asString();
    assertThat(docker.run("rmi", id).err()).contains("conflict: unable to delete");
  }
}
