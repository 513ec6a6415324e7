package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A container from create to rm, by the commands of the CLI. */
class LifecycleTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @Test
  void createStartStopRemove() {
    String name = containers.name();
    String id = docker.run("create", "--name", name, "busybox", "sleep", "1000").ok();
    assertThat(status(name)).isEqualTo("created");
    assertThat(docker.run("start", name).ok()).isEqualTo(name);
    assertThat(status(name)).isEqualTo("running");
    assertThat(docker.run("start", name).ok()).isEqualTo(name);
    assertThat(docker.run("rm", name).err()).contains("container is running");
    assertThat(docker.run("stop", "-t", "1", id.substring(0, 12)).ok())
        .isEqualTo(id.substring(0, 12));
    assertThat(docker.run("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name).ok())
        .isEqualTo("exited 137");
    docker.run("rm", name).ok();
    assertThat(docker.run("inspect", name).err()).containsIgnoringCase("no such object");
  }

  @Test
  void pauseFreezesAndUnpauseThaws() {
    String name = running("sh", "-c", "while :; do echo tick; sleep 0.05; done");
    docker.run("pause", name).ok();
    assertThat(status(name)).isEqualTo("paused");
    assertThat(docker.run("ps", "-f", "name=" + name, "--format", "{{.Status}}").ok())
        .endsWith("(Paused)");
    assertThat(docker.run("exec", name, "true").err()).contains("is paused");
    docker.run("unpause", name).ok();
    assertThat(docker.run("exec", name, "echo", "back").ok()).isEqualTo("back");
  }

  @Test
  void killSendsTheSignalThatIsNamed() throws Exception {
    String name = running("sh", "-c", "trap 'exit 42' USR1; echo up; while :; do sleep 0.05; done");
    Logs.await(docker, name, "up");
    docker.run("kill", "-s", "USR1", name).ok();
    assertThat(docker.run("wait", name).ok()).isEqualTo("42");
    Result again = docker.run("kill", name);
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("is not running");
  }

  @Test
  void waitAnswersWhenItEnds() throws Exception {
    String name = running("sh", "-c", "while [ ! -e /go ]; do sleep 0.05; done; exit 5");
    Process waiting = docker.start("wait", name);
    docker.run("exec", name, "touch", "/go").ok();
    assertThat(waiting.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Docker.finish(waiting, new byte[0]).out().strip()).isEqualTo("5");
  }

  @Test
  void restartStartsAnew() {
    String name = running("sh", "-c", "echo started; exec sleep 1000");
    String before = docker.run("inspect", "-f", "{{.State.StartedAt}}", name).ok();
    docker.run("restart", "-t", "0", name).ok();
    assertThat(docker.run("inspect", "-f", "{{.State.StartedAt}}", name).ok()).isNotEqualTo(before);
    assertThat(status(name)).isEqualTo("running");
    Logs.await(docker, name, "started\nstarted");
  }

  @Test
  void renameMovesTheName() {
    String name = running("sleep", "1000");
    String other = containers.name();
    docker.run("rename", name, other).ok();
    assertThat(status(other)).isEqualTo("running");
    assertThat(docker.run("inspect", name).exit()).isEqualTo(1);
    docker.run("create", "--name", name, "busybox").ok();
    assertThat(docker.run("rename", name, other).err()).contains("is already in use by container");
  }

  @Test
  void psFiltersAndFormats() {
    String name = containers.name();
    String label = "e2e.ps=" + name;
    String id =
        docker.run("run", "-d", "--name", name, "-l", label, "busybox", "sleep", "1000").ok();
    String ended = containers.name();
    docker.run("run", "--name", ended, "-l", label, "busybox", "sh", "-c", "exit 3");
    assertThat(docker.run("ps", "-q", "-f", "label=" + label).ok()).isEqualTo(id.substring(0, 12));
    assertThat(docker.run("ps", "-aq", "-f", "label=" + label).lines()).hasSize(2);
    assertThat(
            docker
                .run(
                    "ps",
                    "-a",
                    "-f",
                    "label=" + label,
                    "-f",
                    "exited=3",
                    "--format",
                    "{{.Names}} {{.Image}} {{.Command}}")
                .ok())
        .isEqualTo(ended + " busybox \"sh -c 'exit 3'\"");
    assertThat(
            docker
                .run(
                    "ps",
                    "-a",
                    "-f",
                    "label=" + label,
                    "-f",
                    "status=exited",
                    "--format",
                    "{{.Status}}")
                .ok())
        .startsWith("Exited (3)");
    assertThat(
            docker
                .run(
                    "ps",
                    "-aq",
                    "-f",
                    "label=" + label,
                    "-f",
                    "ancestor=busybox",
                    "-f",
                    "before=" + ended)
                .ok())
        .isEqualTo(id.substring(0, 12));
    assertThat(docker.run("ps", "-f", "nonsense=1").err()).contains("invalid filter");
  }

  @Test
  void inspectTellsWhatWasAsked() {
    String name = containers.name();
    docker
        .run(
            "create",
            "--name",
            name,
            "-e",
            "A=b",
            "-m",
            "64m",
            "--cpus",
            "1.5",
            "-p",
            "18080:80",
            "--restart",
            "on-failure:3",
            "-l",
            "k=v",
            "-w",
            "/tmp",
            "busybox",
            "sleep",
            "7")
        .ok();
    var inspect = docker.inspect(name);
    assertThat(inspect.at("/Name").asString()).isEqualTo("/" + name);
    assertThat(inspect.at("/Path").asString()).isEqualTo("sleep");
    assertThat(inspect.at("/Config/Cmd/1").asString()).isEqualTo("7");
    assertThat(inspect.at("/Config/Env").toString()).contains("A=b");
    assertThat(inspect.at("/Config/Labels/k").asString()).isEqualTo("v");
    assertThat(inspect.at("/HostConfig/Memory").asLong()).isEqualTo(64 << 20);
    assertThat(inspect.at("/HostConfig/NanoCpus").asLong()).isEqualTo(1_500_000_000);
    assertThat(
            inspect.at("/HostConfig/PortBindings").get("80/tcp").get(0).get("HostPort").asString())
        .isEqualTo("18080");
    assertThat(inspect.at("/HostConfig/RestartPolicy/Name").asString()).isEqualTo("on-failure");
    assertThat(inspect.at("/State/Status").asString()).isEqualTo("created");
    assertThat(inspect.at("/NetworkSettings/Networks").has("bridge")).isTrue();
    assertThat(inspect.at("/Node/Name").asString()).isNotEmpty();
  }

  @Test
  void aRestartPolicyRestarts() {
    String name = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            name,
            "--restart",
            "on-failure:2",
            "busybox",
            "sh",
            "-c",
            "echo once; exit 1")
        .ok();
    Logs.await(docker, name, "once\nonce\nonce");
    org.awaitility.Awaitility.await().until(() -> status(name).equals("exited"));
    assertThat(docker.run("inspect", "-f", "{{.RestartCount}}", name).ok()).isEqualTo("2");
  }

  @Test
  void anonymousVolumesGoWithRmV() {
    String name = containers.name();
    docker.run("run", "--name", name, "-v", "/data", "busybox", "true").ok();
    String volume = docker.run("inspect", "-f", "{{(index .Mounts 0).Name}}", name).ok();
    assertThat(docker.run("volume", "ls", "-q").lines()).contains(volume);
    docker.run("rm", "-v", name).ok();
    assertThat(docker.run("volume", "ls", "-q").lines()).doesNotContain(volume);
  }

  private String running(String... command) {
    String name = containers.name();
    String[] all = new String[command.length + 5];
    all[0] = "run";
    all[1] = "-d";
    all[2] = "--name";
    all[3] = name;
    all[4] = "busybox";
    System.arraycopy(command, 0, all, 5, command.length);
    docker.run(all).ok();
    return name;
  }

  private String status(String name) {
    return docker.run("inspect", "-f", "{{.State.Status}}", name).ok();
  }
}
