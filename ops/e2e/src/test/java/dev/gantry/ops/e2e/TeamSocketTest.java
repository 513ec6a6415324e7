package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container with the engine's socket: the stock CLI in it speaks for its team, and no other. */
class TeamSocketTest {
  private static final Duration RECOVERY = Duration.ofSeconds(90);
  private static final String SOCKET = "/var/run/docker.sock:/var/run/docker.sock";

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  /** One that runs, and has the CLI. */
  private static String withCli(Docker team, String name) {
    team.run("create", "--name", name, "-v", SOCKET, "busybox", "sleep", "1000").ok();
    team.run("cp", cli(), name + ":/bin/docker").ok();
    team.run("start", name).ok();
    return name;
  }

  /** Of the path, the program, not what links to it. */
  private static String cli() {
    for (String folder : System.getenv("PATH").split(":")) {
      Path program = Path.of(folder, "docker");
      if (program.toFile().canExecute()) {
        return program.toString();
      }
    }
    throw new AssertionError("no docker on the path");
  }

  @Test
  void everythingThatTheTeamMayDoGoesThroughIt() {
    String name = withCli(docker, containers.name());
    assertThat(docker.run("exec", name, "docker", "ps", "--format", "{{.Names}}").lines())
        .contains(name);
    assertThat(
            docker
                .runWithInput(
                    "to the end".getBytes(UTF_8),
                    "exec",
                    "-i",
                    name,
                    "docker",
                    "run",
                    "-i",
                    "--rm",
                    "busybox",
                    "cat")
                .ok())
        .isEqualTo("to the end");
    assertThat(docker.run("exec", name, "docker", "exec", name, "hostname").ok())
        .isEqualTo(docker.inspect(name).at("/Config/Hostname").asString());
    assertThat(docker.run("exec", name, "ls", "/run/gantry").exit()).isNotZero();
  }

  @Test
  void theTrailSaysThatItWasTheContainer() throws Exception {
    String name = withCli(docker, containers.name());
    String id = docker.inspect(name).at("/Id").asString();
    docker.run("exec", name, "docker", "volume", "create", containers.volume()).ok();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(Http.call("GET", "/gantry/v1/audit?limit=200", "").body())
                    .contains("container:" + id)
                    .contains("node:node-1"));
  }

  @Test
  void theSocketOfTheGatewayItselfMeansTheSame() {
    // As Testcontainers asks for it, which knows only its own DOCKER_HOST.
    String name = containers.name();
    docker
        .run(
            "run",
            "-d",
            "--name",
            name,
            "-v",
            Platform.socket() + ":/var/run/docker.sock",
            "busybox",
            "sleep",
            "1000")
        .ok();
    // It is not the gateway's file, which anybody could have changed on the node.
    assertThat(docker.run("exec", name, "stat", "-c", "%a %i", "/var/run/docker.sock").ok())
        .startsWith("660 ")
        .isNotEqualTo("660 " + inode(Platform.socket()));
  }

  private static long inode(Path file) {
    try {
      return ((Number) java.nio.file.Files.getAttribute(file, "unix:ino")).longValue();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void teamsStayApart(@TempDir Path folder) throws Exception {
    String ours = containers.name();
    docker.run("run", "-d", "--name", ours, "busybox", "sleep", "1000").ok();
    Docker shop = Docker.ofTeam("shop", folder);
    Docker.Result saved = docker.run("save", "-o", folder.resolve("b.tar").toString(), "busybox");
    saved.ok();
    shop.run("load", "-i", folder.resolve("b.tar").toString()).ok();
    String name = "e2e-shop-" + ProcessHandle.current().pid();
    try {
      // The team may bind nothing of a host, but have its socket.
      withCli(shop, name);
      assertThat(said(shop, name, "docker", "ps", "-a", "--format", "{{.Names}}"))
          .isEqualTo(name + "\n");
      assertThat(said(shop, name, "docker", "inspect", ours)).contains("o such object: " + ours);
      assertThat(said(shop, name, "docker", "rm", "-f", ours))
          .contains("No such container: " + ours);
      assertThat(said(shop, name, "docker", "stop", ours)).contains("No such container: " + ours);
      assertThat(docker.run("inspect", name).exit()).isNotZero();

      String container = shop.inspect(name).at("/Id").asString();
      assertThat(knock("node-1", "shop", container)).isEqualTo("101");
      assertThat(knock("node-1", "default", container)).isEqualTo("403");
      assertThat(knock("control", "shop", container)).isEqualTo("403");
      assertThat(knock("node-1", "shop", "0".repeat(64))).isEqualTo("403");
    } finally {
      shop.run("rm", "-f", name).ok();
      shop.run("image", "rm", "busybox").ok();
    }
  }

  /** Both outputs of a command in a container; its input stays open until it ends. */
  private static String said(Docker team, String name, String... command) throws Exception {
    List<String> exec = new ArrayList<>(List.of("exec", "-i", name));
    exec.addAll(List.of(command));
    Process process = team.start(exec.toArray(String[]::new));
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    process.waitFor();
    return out + err;
  }

  /** What the gateway answers a process of the platform that wants to speak for a container. */
  private static String knock(String certificate, String team, String container) throws Exception {
    Path certs = Platform.prefix().resolve("etc/gantry/certs");
    Process curl =
        new ProcessBuilder(
                "curl",
                "-s",
                "-m",
                "1",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "--cacert",
                certs.resolve("ca.pem").toString(),
                "--cert",
                certs.resolve(certificate + ".pem").toString(),
                "--key",
                certs.resolve(certificate + ".key").toString(),
                "-X",
                "POST",
                "-H",
                "Connection: Upgrade",
                "-H",
                "Upgrade: gantry-stream",
                "-H",
                "Gantry-Team: " + team,
                "-H",
                "Gantry-Container: " + container,
                "https://127.0.0.1:" + Platform.portBase() + "/v1/team-sockets")
            .start();
    return Docker.finish(curl, new byte[0]).out();
  }

  @Test
  void whoHasNoSocketHasNoWayIn() throws Exception {
    List<Integer> answers = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int port : Processes.ports("control")) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/containers/json"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
          answers.add(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (IOException _) {
          // It does not even speak HTTP.
        }
      }
    }
    assertThat(answers).contains(401).doesNotContain(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node-1", "control"})
  void itWorksOnWhenAProcessWasKilled(String victim) {
    String name = withCli(docker, containers.name());
    String before = docker.run("exec", name, "stat", "-c", "%i", "/var/run/docker.sock").ok();
    Processes.kill(victim);
    Awaitility.await()
        .atMost(RECOVERY)
        .until(() -> docker.run("exec", name, "docker", "ps", "-q").exit() == 0);
    assertThat(docker.run("exec", name, "stat", "-c", "%i", "/var/run/docker.sock").ok())
        .isEqualTo(before);
  }
}
