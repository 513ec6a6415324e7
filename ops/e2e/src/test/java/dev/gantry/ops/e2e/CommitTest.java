package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code docker commit}: what a container became, as an image that runs. */
class CommitTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final String repository = "e2e/" + Integer.toHexString(System.identityHashCode(this));

  @AfterEach
  void removeImages() {
    for (String id : docker.run("images", "-q", "--no-trunc", repository).lines()) {
      docker.run("rmi", "-f", id);
    }
  }

  private String changed(String... options) {
    String name = containers.name();
    List<String> command = new java.util.ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "busybox",
            "sh",
            "-c",
            "mkdir /d; echo one >/d/a; ln /d/a /d/b; ln -s a /d/c; mkfifo /d/p; chown 5:6 /d/a;"
                + " chmod 4711 /d/a; rm /bin/vi; rm -r /etc/network; rm -r /var; mkdir /var;"
                + " echo new >/var/n; echo mine >/vol/x; echo ready; exec sleep 1000"));
    docker.run(command.toArray(String[]::new)).ok();
    org.awaitility.Awaitility.await().until(() -> docker.run("logs", name).out().contains("ready"));
    return name;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theImageHasWhatTheContainerBecame(boolean running) {
    String name = changed("-v", "/vol", "-e", "A=1", "-h", "host");
    if (!running) {
      docker.run("stop", "-t", "0", name).ok();
    }
    String id =
        docker
            .run(
                "commit",
                "-m",
                "note",
                "-a",
                "ann",
                "-c",
                "ENV B=$A:2",
                "-c",
                "CMD [\"sh\",\"-c\",\"echo $B\"]",
                name,
                repository + ":made")
            .ok();
    assertThat(id).matches("sha256:[0-9a-f]{64}");
    assertThat(docker.run("inspect", "-f", "{{.State.Status}}", name).ok())
        .isEqualTo(running ? "running" : "exited");
    JsonNode image = docker.inspect("--type", "image", repository + ":made");
    JsonNode parent = docker.inspect("--type", "image", "busybox");
    assertThat(image.at("/Parent").asString()).isEqualTo(parent.at("/Id").asString());
    assertThat(image.at("/RootFS/Layers").size()).isEqualTo(parent.at("/RootFS/Layers").size() + 1);
    assertThat(image.at("/Comment").asString()).isEqualTo("note");
    assertThat(image.at("/Author").asString()).isEqualTo("ann");
    assertThat(docker.run("history", "-q", repository + ":made").lines().getFirst())
        .isEqualTo(id.substring(7, 19));

    assertThat(docker.run("run", "--rm", repository + ":made").ok()).isEqualTo("1:2");
    String seen = "cat /d/c; stat -c '%u %g %a %h' /d/a; stat -c %F /d/p; ls /var /vol; ls /bin/vi";
    Result inside = docker.run("run", "--rm", repository + ":made", "sh", "-c", seen);
    assertThat(inside.out().strip()).isEqualTo("one\n5 6 4711 2\nfifo\n/var:\nn\n\n/vol:");
    assertThat(inside.err()).contains("No such file");
    String again = containers.name();
    docker.run("create", "--name", again, repository + ":made").ok();
    assertThat(docker.run("diff", again).lines()).isEmpty();
  }

  @Test
  void nothingChangedIsNoLayer() {
    String name = containers.name();
    docker.run("create", "--name", name, "busybox", "true").ok();
    docker.run("commit", name, repository + ":same").ok();
    JsonNode image = docker.inspect("--type", "image", repository + ":same");
    assertThat(image.at("/RootFS/Layers"))
        .isEqualTo(docker.inspect("--type", "image", "busybox").at("/RootFS/Layers"));
    assertThat(image.at("/Config/Cmd").toString()).isEqualTo("[\"true\"]");
  }

  @Test
  void whatCannotBeIsRefusedAndLeavesTheContainerRunning() {
    String name = changed("-v", "/vol");
    assertThat(docker.run("commit", "-c", "RUN x", name).err())
        .contains("run is not a valid change command");
    assertThat(docker.run("commit", containers.name()).err()).contains("No such container");
    assertThat(docker.run("inspect", "-f", "{{.State.Status}}", name).ok()).isEqualTo("running");
    docker.run("pause", name).ok();
    docker.run("commit", name, repository + ":paused").ok();
    assertThat(docker.run("inspect", "-f", "{{.State.Status}}", name).ok()).isEqualTo("paused");
    docker.run("unpause", name).ok();
  }

  @Test
  void whoWatchesIsTold() {
    Instant before = Instant.now();
    String name = changed("-v", "/vol");
    docker.run("commit", "-m", "why", name, repository + ":told").ok();
    org.awaitility.Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(events(before, name))
                    .containsSubsequence("container pause", "container unpause")
                    .contains("container commit why " + repository + ":told")
                    .contains("image tag")
                    .contains("image create"));
  }

  private List<String> events(Instant since, String name) {
    return docker
        .run(
            "events",
            "--since",
            since.toString(),
            "--until",
            Instant.now().toString(),
            "--format",
            "{{.Type}} {{.Action}} {{.Actor.Attributes.comment}} {{.Actor.Attributes.imageRef}}")
        .lines()
        .stream()
        .map(line -> line.replace(" <no value>", ""))
        .toList();
  }
}
