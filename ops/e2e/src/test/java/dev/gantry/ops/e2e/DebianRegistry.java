package dev.gantry.ops.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Debian's docker-registry, at an address that the platform under test may name. */
final class DebianRegistry implements AutoCloseable {
  /** Of {@code ann} with the password {@code secret}. */
  private static final String ANN =
      "ann:$2y$05$fcI3Sw8.dJbmO1kTWpGrOOXflXERzj2R1UgaLaI/35PcrraK/mp9a\n";

  private static final String HOST = "127.7.7.7";

  private final Process process;
  private final int port;

  private DebianRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** One that takes anybody, or only {@code ann}. */
  static DebianRegistry start(Path folder, boolean closed) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      port = socket.getLocalPort();
    }
    Path home = Files.createDirectories(folder.resolve("registry-" + port));
    Path users = Files.writeString(home.resolve("users"), ANN);
    Path settings =
        Files.writeString(
            home.resolve("config.yml"),
            """
            version: 0.1
            log: {level: error}
            storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
            http: {addr: "%s:%d"}
            %s
            """
                .formatted(
                    home.resolve("data"),
                    HOST,
                    port,
                    closed ? "auth: {htpasswd: {realm: here, path: " + users + "}}" : ""));
    Process process =
        new ProcessBuilder("docker-registry", "serve", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              try (Socket socket = new Socket(HOST, port)) {
                return socket.isConnected();
              }
            });
    return new DebianRegistry(process, port);
  }

  String address() {
    return HOST + ":" + port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
