package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docker exec} and {@code docker attach}. */
class ExecAttachTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  private String sleeper() {
    String name = containers.name();
    docker
        .run("run", "-d", "--name", name, "-e", "FROM=container", "busybox", "sleep", "1000")
        .ok();
    return name;
  }

  @Test
  void execRunsBesideTheProcess() {
    String name = sleeper();
    Result result =
        docker.run(
            "exec",
            "-e",
            "A=1",
            "-w",
            "/tmp",
            "-u",
            "12:34",
            name,
            "sh",
            "-c",
            "echo $A,$FROM; pwd; id -u; id -g; echo err >&2; exit 9");
    assertThat(result.exit()).isEqualTo(9);
    assertThat(result.out().lines()).containsExactly("1,container", "/tmp", "12", "34");
    assertThat(result.err()).isEqualTo("err\n");
    assertThat(docker.run("exec", name, "no-such").exit()).isEqualTo(127);
    assertThat(docker.run("exec", name, "/etc/passwd").exit()).isEqualTo(126);
    assertThat(docker.run("exec", name, "sh", "-c", "kill -9 $$").exit()).isEqualTo(137);
  }

  @Test
  void execTakesInputToItsEnd() {
    Result result =
        docker.runWithInput(
            "x".repeat(1_000_000).getBytes(UTF_8), "exec", "-i", sleeper(), "wc", "-c");
    assertThat(result.ok()).isEqualTo("1000000");
  }

  @Test
  void execInATerminal() throws Exception {
    Process process =
        docker.startInTerminal(
            90,
            33,
            "exec",
            "-it",
            sleeper(),
            "sh",
            "-c",
            // crun sets it while the process begins.
            "until [ -n \"$(stty size 2>/dev/null)\" ]; do :; done;"
                + " stty size; read x; echo got-$x; exit 4");
    TerminalText screen = TerminalText.of(process);
    screen.await("33 90");
    process.getOutputStream().write("y\r".getBytes(UTF_8));
    process.getOutputStream().flush();
    screen.await("got-y");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(4);
  }

  @Test
  void execIsLeftByItsKeysAndGoesOn() throws Exception {
    String name = sleeper();
    for (String keys : new String[] {"ctrl-p,ctrl-q", "ctrl-x,x"}) {
      Process process =
          docker.startInTerminal(
              80,
              24,
              "exec",
              "-it",
              "--detach-keys",
              keys,
              name,
              "sh",
              "-c",
              "echo ready; while [ ! -e /go ]; do sleep 0.05; done; echo on >> /went");
      TerminalText.of(process).await("ready");
      type(process, keys.endsWith("q") ? "\u0010\u0011" : "\u0018x");
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    docker.run("exec", name, "touch", "/go").ok();
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(docker.run("exec", name, "cat", "/went").out()).isEqualTo("on\non\n"));
  }

  @Test
  void execDetachedGoesOn() {
    String name = sleeper();
    assertThat(docker.run("exec", "-d", name, "sh", "-c", "echo done > /tmp/done").ok()).isEmpty();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(docker.run("exec", name, "cat", "/tmp/done").out()).isEqualTo("done\n"));
  }

  @Test
  void execOfAStoppedContainerIsRefused() {
    String name = containers.name();
    docker.run("create", "--name", name, "busybox").ok();
    assertThat(docker.run("exec", name, "true").err()).contains("is not running");
  }

  @Test
  void attachSeesWhatIsWrittenAndGivesInput() throws Exception {
    String name = containers.name();
    docker
        .run(
            "create",
            "-i",
            "--name",
            name,
            "busybox",
            "sh",
            "-c",
            "echo begin; read x; echo got-$x >&2; exit 6")
        .ok();
    Process attached = docker.start("start", "-ai", name);
    Result result = Docker.finish(attached, "word\n".getBytes(UTF_8));
    assertThat(result).isEqualTo(new Result(6, "begin\n", "got-word\n"));
  }

  @Test
  void severalAttachAndOneDetaches() throws Exception {
    String name = containers.name();
    docker.run("run", "-dit", "--name", name, "busybox", "sh").ok();
    Process first = docker.startInTerminal(80, 24, "attach", name);
    Process second = docker.startInTerminal(80, 24, "attach", "--detach-keys", "ctrl-x,x", name);
    TerminalText firstScreen = TerminalText.of(first);
    TerminalText secondScreen = TerminalText.of(second);
    type(first, "echo $((40+2))-seen\r");
    firstScreen.await("42-seen");
    type(second, "echo $((50+5))-typed\r");
    secondScreen.await("55-typed");
    firstScreen.await("55-typed");
    type(second, "\u0018x");
    assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
    type(first, "exit 3\r");
    assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isEqualTo(3);
  }

  /** Each has ended its input at once: who is killed then looks like who reads on. */
  @Test
  void whoIsGoneIsFreedAndWhoReadsOnGetsWhatComesLater() throws Exception {
    String name = containers.name();
    String script = "while [ ! -e /%s ]; do sleep 0.1; done; echo late";
    docker
        .run("run", "-d", "--name", name, "busybox", "sh", "-c", script.formatted("container"))
        .ok();
    Awaitility.await().until(() -> streams() == 0);
    Process attached = docker.start("attach", "--no-stdin", name);
    Process executing = docker.start("exec", name, "sh", "-c", script.formatted("exec"));
    // An attach waits for the exit code, too.
    Awaitility.await().until(() -> streams() == 3);
    List<Process> gone = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      gone.add(docker.start("attach", "--no-stdin", name));
      gone.add(docker.start("exec", name, "sleep", "1000"));
    }
    Awaitility.await().until(() -> streams() == 3 + 5 * 3);

    gone.forEach(Process::destroyForcibly);

    Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> streams() == 3);
    // The exec first: it ends with its container.
    docker.run("exec", name, "touch", "/exec").ok();
    assertThat(Docker.finish(executing, new byte[0])).isEqualTo(new Result(0, "late\n", ""));
    docker.run("exec", name, "touch", "/container").ok();
    assertThat(Docker.finish(attached, new byte[0])).isEqualTo(new Result(0, "late\n", ""));
  }

  /** Sessions that the node has with clients. */
  private static long streams() throws Exception {
    return Processes.threads("node-1", "stream-input");
  }

  private static void type(Process process, String text) throws Exception {
    process.getOutputStream().write(text.getBytes(UTF_8));
    process.getOutputStream().flush();
  }
}
