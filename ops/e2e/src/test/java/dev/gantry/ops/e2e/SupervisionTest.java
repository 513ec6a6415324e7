package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that are looked after: checked, restarted, limited and measured. */
class SupervisionTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @Test
  void healthIsShownAndToldAndListedBy() {
    String name = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            name,
            "--health-cmd",
            "test -e /well",
            "--health-interval",
            "300ms",
            "--health-retries",
            "2",
            "busybox",
            "sleep",
            "1000")
        .ok();
    await().atMost(Duration.ofSeconds(20)).until(() -> status(name).contains("(unhealthy)"));
    docker.run("exec", name, "touch", "/well").ok();
    await().atMost(Duration.ofSeconds(20)).until(() -> status(name).contains("(healthy)"));
    assertThat(
            docker
                .run("ps", "-q", "--filter", "health=healthy", "--filter", "name=" + name)
                .lines())
        .hasSize(1);
    assertThat(
            docker
                .run(
                    "events",
                    "--since",
                    "1m",
                    "--until",
                    // The client sends whole seconds.
                    Long.toString(Instant.now().plusSeconds(1).getEpochSecond()),
                    "--filter",
                    "container=" + name,
                    "--filter",
                    "event=health_status",
                    "--format",
                    "{{.Action}}")
                .lines())
        .containsExactly("health_status: unhealthy", "health_status: healthy");
  }

  private String status(String name) {
    return docker.run("ps", "--filter", "name=" + name, "--format", "{{.Status}}").ok();
  }

  @Test
  void limitsChangeWhileItRuns() {
    String name = containers.name();
    docker.run("run", "-d", "--name", name, "-m", "64m", "busybox", "sleep", "1000").ok();
    docker.run("update", "-m", "128m", "--memory-swap", "256m", "--restart", "always", name).ok();
    assertThat(
            docker
                .run(
                    "inspect",
                    "-f",
                    "{{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}",
                    name)
                .ok())
        .isEqualTo("134217728 always");
    assertThat(docker.run("stats", "--no-stream", "--format", "{{.MemUsage}}", name).ok())
        .endsWith("/ 128MiB");
  }

  @Test
  void volumesOfAnotherContainerAreShared() {
    String first = containers.name();
    String second = containers.name();
    docker
        .run("run", "--name", first, "-v", "/shared", "busybox", "sh", "-c", "echo seen >/shared/x")
        .ok();
    assertThat(
            docker
                .run(
                    "run",
                    "--name",
                    second,
                    "--volumes-from",
                    first + ":ro",
                    "busybox",
                    "sh",
                    "-c",
                    "cat /shared/x; touch /shared/y || echo refused")
                .ok())
        .isEqualTo("seen\nrefused");
  }
}
