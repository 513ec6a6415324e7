package dev.gantry.image.running;

import dev.gantry.image.distribution.TestCertificates;
import dev.gantry.image.distribution.TestGateway;
import dev.gantry.ops.testkit.FreePorts;
import dev.gantry.ops.testkit.PostgresCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** image-service in a process of its own, to be killed and started again. */
public final class RunningImageService implements AutoCloseable {
  private final PostgresCluster postgres;
  private final Path folder;
  private final SSLContext tls;
  private final int port = FreePorts.next();
  private final int registryPort = FreePorts.next();
  private @Nullable Process process;
  private HttpClient http = HttpClient.newHttpClient();

  /**
   * @param folder for its store, certificates and log
   */
  public RunningImageService(PostgresCluster postgres, Path folder) throws Exception {
    this.postgres = postgres;
    this.folder = folder;
    this.tls = new TestCertificates(folder.resolve("certs")).process();
  }

  /** Where its blobs are. */
  public Path store() {
    return folder.resolve("store");
  }

  /**
   * Starts the process; true when it is ready, false where it ended before.
   *
   * @param settings that are not as usual, as {@code gantry.image.blob-grace=1s}
   */
  public boolean start(List<String> settings) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path"),
                TestImageMain.class.getName(),
                "--spring.flyway.enabled=false",
                "--gantry.image.remote.insecure-registries=127.7.7.0/24"));
    settings.forEach(setting -> command.add("--" + setting));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "GANTRY_CERTS", folder.resolve("certs").toString(),
                "GANTRY_CERT", "server",
                "GANTRY_IMAGE_DATA", store().toString(),
                "GANTRY_IMAGE_PORT", Integer.toString(port),
                "GANTRY_REGISTRY", "127.0.0.1:" + registryPort,
                "GANTRY_DATABASE_URL", postgres.url(),
                "GANTRY_DATABASE_USER", postgres.user()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    Process started = builder.start();
    process = started;
    http =
        HttpClient.newBuilder()
            .sslContext(tls)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    return awaitReady(started);
  }

  private boolean awaitReady(Process started) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    HttpRequest ready =
        HttpRequest.newBuilder(uri("/actuator/health/readiness"))
            .timeout(Duration.ofSeconds(10))
            .build();
    while (System.nanoTime() < deadline && started.isAlive()) {
      try {
        if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return true;
        }
      } catch (IOException _) {
        Thread.sleep(50);
      }
    }
    if (started.isAlive()) {
      throw new IOException("image-service does not become ready:\n" + tail());
    }
    return false;
  }

  private URI uri(String path) {
    return URI.create("https://127.0.0.1:" + port + path);
  }

  private Path log() {
    return folder.resolve("log");
  }

  /** The end of its log. */
  public String tail() throws IOException {
    List<String> lines = Files.readAllLines(log());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  /** A client of its registry, of a team of {@link TestImageMain#TEAMS}. */
  public RegistryClient registry(String team, Consumer<HttpResponse<byte[]>> answered) {
    return new RegistryClient(
        http,
        URI.create("http://127.0.0.1:" + registryPort),
        TestGateway.basic(team + "-secret"),
        answered);
  }

  /** A client of its internal interface, as the gateway is one. */
  public EngineClient engine(String team, Consumer<HttpResponse<byte[]>> answered) {
    return new EngineClient(http, uri("/"), team, answered);
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** As SIGKILL does it. */
  public void kill() throws InterruptedException {
    Process running = process;
    if (running != null) {
      int _ = running.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
