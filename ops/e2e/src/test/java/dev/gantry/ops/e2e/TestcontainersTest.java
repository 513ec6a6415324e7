package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HealthCheck;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** Testcontainers for Java, as the tests of those who deploy here use it. */
class TestcontainersTest {
  private static final DockerImageName IMAGE = DockerImageName.parse("busybox:latest");
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aServerIsReachedAtItsPort() throws Exception {
    try (GenericContainer<?> web =
        new GenericContainer<>(IMAGE)
            .withCopyToContainer(Transferable.of("copied before the start"), "/srv/index.html")
            .withCommand("httpd", "-f", "-p", "8080", "-h", "/srv")
            .withExposedPorts(8080)) {
      web.start();
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://" + web.getHost() + ":" + web.getMappedPort(8080) + "/"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("copied before the start");
      assertThat(web.getCurrentContainerInfo().getState().getRunning()).isTrue();
    }
  }

  @Test
  void aLineOfTheLogIsWaitedFor() {
    try (GenericContainer<?> slow =
        new GenericContainer<>(IMAGE)
            .withCommand("sh", "-c", "echo begun; sleep 1; echo ready for 7 calls; sleep 1000")
            .waitingFor(Wait.forLogMessage(".*ready for \\d calls.*\\n", 1))) {
      slow.start();
      assertThat(slow.getLogs()).contains("begun").contains("ready for 7 calls");
    }
  }

  @Test
  void containersOfANetworkFindEachOther() throws Exception {
    try (Network network = Network.newNetwork();
        GenericContainer<?> web =
            new GenericContainer<>(IMAGE)
                .withNetwork(network)
                .withNetworkAliases("shop")
                .withCopyToContainer(Transferable.of("for sale"), "/srv/index.html")
                .withCommand("httpd", "-f", "-p", "80", "-h", "/srv");
        GenericContainer<?> client =
            new GenericContainer<>(IMAGE).withNetwork(network).withCommand("sleep", "1000")) {
      web.start();
      client.start();
      assertThat(client.execInContainer("wget", "-qO-", "http://shop/").getStdout())
          .isEqualTo("for sale");
    }
  }

  @Test
  void healthIsWaitedFor() {
    try (GenericContainer<?> checked =
        new GenericContainer<>(IMAGE)
            .withCommand("sh", "-c", "sleep 2; touch /tmp/up; sleep 1000")
            .withCreateContainerCmdModifier(
                create ->
                    create.withHealthcheck(
                        new HealthCheck()
                            .withTest(List.of("CMD", "test", "-e", "/tmp/up"))
                            .withInterval(SECOND / 2)
                            .withTimeout(SECOND)
                            .withRetries(20)))
            .waitingFor(Wait.forHealthcheck())) {
      checked.start();
      assertThat(checked.isHealthy()).isTrue();
    }
  }

  @Test
  void commandsRunInItAndFilesGoInAndOut() throws Exception {
    try (GenericContainer<?> any =
        new GenericContainer<>(IMAGE)
            .withCommand("sleep", "1000")
            .withEnv("COLOUR", "green")
            .withTmpFs(Map.of("/scratch", "rw,size=1m"))) {
      any.start();
      Container.ExecResult run =
          any.execInContainer("sh", "-c", "echo $COLOUR; echo no >&2; exit 3");
      assertThat(run.getStdout()).isEqualTo("green\n");
      assertThat(run.getStderr()).isEqualTo("no\n");
      assertThat(run.getExitCode()).isEqualTo(3);
      any.copyFileToContainer(Transferable.of("in and out"), "/opt/deep/file");
      String read =
          any.copyFileFromContainer(
              "/opt/deep/file", stream -> new String(stream.readAllBytes(), UTF_8));
      assertThat(read).isEqualTo("in and out");
    }
  }

  @Test
  void oneThatEndsAtOnceIsNotWaitedFor() {
    try (GenericContainer<?> failing =
        new GenericContainer<>(IMAGE)
            .withCommand("sh", "-c", "echo it is broken; exit 9")
            .withStartupCheckStrategy(new OneShotStartupCheckStrategy())
            .waitingFor(Wait.forLogMessage("never", 1))) {
      assertThatThrownBy(failing::start).rootCause().hasMessageContaining("did not start");
    }
  }
}
