package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker run} in every common form. */
class RunTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @Test
  void bothStreamsAreToldApart() {
    Result result = docker.run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2");
    assertThat(result).isEqualTo(new Result(0, "out\n", "err\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0, 0",
    "exit 3, 3",
    "exit 255, 255",
    "kill -9 $$, 137",
    "kill -15 $$; sleep 9, 143"
  })
  void theExitCodeIsPassedThrough(String script, int expected) {
    Result result =
        docker.run("run", "--rm", "--init", "busybox", "sh", "-c", "sh -c '" + script + "'");
    assertThat(result.exit()).as(result.err()).isEqualTo(expected);
  }

  @Test
  void failuresToStartHaveTheEnginesCodes() {
    Result absent = docker.run("run", "--rm", "busybox", "no-such-program");
    assertThat(absent.exit()).as(absent.err()).isEqualTo(127);
    assertThat(absent.err()).contains("executable file not found");
    Result notExecutable = docker.run("run", "--rm", "busybox", "/etc/passwd");
    assertThat(notExecutable.exit()).as(notExecutable.err()).isEqualTo(126);
    assertThat(notExecutable.err()).containsIgnoringCase("permission denied");
    Result folder = docker.run("run", "--rm", "busybox", "/etc");
    assertThat(folder.exit()).as(folder.err()).isEqualTo(126);
    Result image = docker.run("run", "--rm", "no-such-image:1");
    assertThat(image.exit()).as(image.err()).isEqualTo(125);
  }

  @Test
  void aPipeGoesInAndItsEndIsSeen() {
    byte[] input = "x".repeat(3_000_000).getBytes(UTF_8);
    Result result =
        docker.runWithInput(input, "run", "--rm", "-i", "busybox", "sh", "-c", "wc -c; echo after");
    assertThat(result.ok().lines().map(String::strip)).containsExactly("3000000", "after");
  }

  @Test
  void inputComesBackWhole() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      text.append("line ").append(i).append('\n');
    }
    Result result =
        docker.runWithInput(text.toString().getBytes(UTF_8), "run", "--rm", "-i", "busybox", "cat");
    assertThat(result.exit()).isZero();
    assertThat(result.out()).isEqualTo(text.toString());
  }

  @Test
  void aTerminalIsATerminal() throws Exception {
    Process process =
        docker.startInTerminal(
            101,
            37,
            "run",
            "--rm",
            "-it",
            "busybox",
            "sh",
            "-c",
            "stty size; tty; read x; echo got-$x");
    process.getOutputStream().write("hello\r".getBytes(UTF_8));
    process.getOutputStream().flush();
    Result result = finishWithoutClosingInput(process);
    assertThat(result.out()).contains("37 101").contains("/dev/pts/0").contains("got-hello");
    assertThat(result.exit()).isZero();
  }

  @Test
  void ctrlCReachesTheProcess() throws Exception {
    Process process =
        docker.startInTerminal(
            80,
            24,
            "run",
            "--rm",
            "-it",
            "busybox",
            "sh",
            "-c",
            "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.1; done");
    TerminalText screen = TerminalText.of(process);
    screen.await("ready");
    process.getOutputStream().write(3);
    process.getOutputStream().flush();
    screen.await("caught");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(7);
  }

  @Test
  void detachKeysLeaveTheContainerRunning() throws Exception {
    String name = containers.name();
    Process process = docker.startInTerminal(80, 24, "run", "-it", "--name", name, "busybox", "sh");
    TerminalText screen = TerminalText.of(process);
    screen.await("#");
    process.getOutputStream().write(new byte[] {16, 17});
    process.getOutputStream().flush();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(docker.run("inspect", "-f", "{{.State.Status}}", name).ok()).isEqualTo("running");
  }

  @Test
  void detachedPrintsTheId() {
    String name = containers.name();
    String id = docker.run("run", "-d", "--name", name, "busybox", "sleep", "1000").ok();
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(docker.run("ps", "-q", "--no-trunc", "-f", "name=" + name).ok()).isEqualTo(id);
  }

  @Test
  void theProcessIsAsAsked(@TempDir Path folder) {
    Path file = Docker.file(folder, "env", "FROM_FILE=f\n# a comment\nHOME_LESS\n");
    Result result =
        docker.run(
            "run",
            "--rm",
            "-e",
            "A=1",
            "-e",
            "B=two words",
            "--env-file",
            file.toString(),
            "-w",
            "/tmp/new",
            "-u",
            "1234:567",
            "--hostname",
            "box",
            "--entrypoint",
            "sh",
            "busybox",
            "-c",
            "echo $A,$B,$FROM_FILE; pwd; id -u; id -g; hostname; cat /etc/hostname; grep -c box"
                + " /etc/hosts");
    assertThat(result.lines())
        .containsExactly("1,two words,f", "/tmp/new", "1234", "567", "box", "box", "1");
  }

  @Test
  void volumesAndBindsKeepWhatIsWritten(@TempDir Path folder) throws IOException {
    String volume = containers.volume();
    docker
        .run("run", "--rm", "-v", volume + ":/data", "busybox", "sh", "-c", "echo kept > /data/f")
        .ok();
    assertThat(
            docker.run("run", "--rm", "-v", volume + ":/data:ro", "busybox", "cat", "/data/f").ok())
        .isEqualTo("kept");
    docker
        .run("run", "--rm", "-v", folder + ":/host", "busybox", "sh", "-c", "echo out > /host/g")
        .ok();
    assertThat(Files.readString(folder.resolve("g"))).isEqualTo("out\n");
    Result readOnly =
        docker.run("run", "--rm", "-v", folder + ":/host:ro", "busybox", "touch", "/host/h");
    assertThat(readOnly.exit()).isEqualTo(1);
    assertThat(readOnly.err()).contains("Read-only");
  }

  @Test
  void limitsAreTheKernels() {
    String name = containers.name();
    Result result =
        docker.run(
            "run",
            "--name",
            name,
            "-m",
            "20m",
            "busybox",
            "sh",
            "-c",
            "head -c 100m /dev/zero | tail");
    assertThat(result.exit()).as(result.err()).isIn(1, 137);
    String limit =
        "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat"
            + " /sys/fs/cgroup/memory.max";
    assertThat(docker.run("run", "--rm", "-m", "64m", "busybox", "sh", "-c", limit).ok())
        .isEqualTo("67108864");
    String quota =
        "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cut -d' ' -f1"
            + " /sys/fs/cgroup/cpu.max";
    assertThat(docker.run("run", "--rm", "--cpus", "0.5", "busybox", "sh", "-c", quota).ok())
        .isEqualTo("50000");
  }

  @Test
  void beingKilledForMemoryIsTold() {
    String name = containers.name();
    Result result =
        docker.run(
            "run", "--name", name, "-m", "16m", "busybox", "sh", "-c", "exec tail /dev/zero");
    assertThat(result.exit()).isEqualTo(137);
    assertThat(docker.run("inspect", "-f", "{{.State.OOMKilled}} {{.State.ExitCode}}", name).ok())
        .isEqualTo("true 137");
  }

  @Test
  void theNetworksAreAsNamed() {
    assertThat(
            docker
                .run("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net")
                .lines())
        .containsExactly("lo");
    assertThat(
            docker
                .run(
                    "run",
                    "--rm",
                    "--network",
                    "bridge",
                    "busybox",
                    "ip",
                    "-o",
                    "-4",
                    "addr",
                    "show",
                    "eth0")
                .ok())
        .contains("inet 1");
    assertThat(
            docker
                .run("run", "--rm", "--network", "host", "busybox", "ls", "/sys/class/net")
                .lines())
        .contains("lo");
  }

  @Test
  void publishedPortsAnswer() throws Exception {
    String name = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            name,
            "-p",
            "127.0.0.1::8080",
            "busybox",
            "sh",
            "-c",
            "echo hello > /tmp/index.html; exec httpd -f -p 8080 -h /tmp")
        .ok();
    String address = docker.run("port", name, "8080").ok();
    assertThat(address).startsWith("127.0.0.1:");
    assertThat(Http.getPatiently("http://" + address + "/index.html")).isEqualTo("hello\n");
    String taken = docker.run("run", "--rm", "-p", address + ":80", "busybox", "true").err();
    assertThat(taken).contains("port is already allocated");
  }

  @Test
  void anInitReapsChildren() {
    assertThat(docker.run("run", "--rm", "--init", "busybox", "sh", "-c", "cat /proc/1/comm").ok())
        .isIn("docker-init", "tini", "catatonit");
  }

  private static Result finishWithoutClosingInput(Process process) throws Exception {
    TerminalText screen = TerminalText.of(process);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(screen::text).isTrue();
    screen.awaitEnd();
    return new Result(process.exitValue(), screen.text(), "");
  }
}
