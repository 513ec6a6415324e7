package dev.gantry.ops.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's {@code docker-registry}, on a loopback port where an engine reaches it. */
final class DebianRegistry implements AutoCloseable {
  private final Process process;
  private final String address;

  private DebianRegistry(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Serves what is in {@code root}. */
  static DebianRegistry start(Engine engine, Path root) throws IOException {
    String address = "127.0.0.1:" + freePort();
    Path config = root.resolve("registry.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: info, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "%s"}
        """
            .formatted(root, address));
    List<String> command = new ArrayList<>(engine.besideIt());
    command.addAll(List.of("docker-registry", "serve", config.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    DebianRegistry registry = new DebianRegistry(process, address);
    registry.awaitListening();
    return registry;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() throws IOException {
    BufferedReader log = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      if (line.contains("listening on")) {
        Thread.ofVirtual().start(() -> log.lines().forEach(_ -> {}));
        return;
      }
      said.append(line).append('\n');
    }
    throw new IOException("docker-registry did not start: " + said);
  }

  /** The name of a repository in it. */
  String name(String repository) {
    return address + "/" + repository;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
