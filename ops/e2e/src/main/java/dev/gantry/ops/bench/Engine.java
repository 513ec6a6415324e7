package dev.gantry.ops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One engine that is measured, through the stock {@code docker} CLI. */
record Engine(String name, String host) {
  /** The label of every container that a measurement makes, so that none is left behind. */
  static final String LABEL = "gantry.bench";

  /** Runs a command that must succeed and answers what it printed. */
  String docker(String... arguments) {
    Process process = start(ProcessBuilder.Redirect.PIPE, arguments);
    try (var out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      require(process, arguments);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a command that must succeed, its output thrown away, and answers how long it took in
   * nanoseconds.
   */
  long time(String... arguments) {
    long began = System.nanoTime();
    Process process = start(ProcessBuilder.Redirect.DISCARD, arguments);
    require(process, arguments);
    return System.nanoTime() - began;
  }

  /** Whether a command succeeds; what it says is thrown away. */
  boolean succeeds(String... arguments) {
    return exit(start(ProcessBuilder.Redirect.DISCARD, ProcessBuilder.Redirect.DISCARD, arguments))
        == 0;
  }

  /** A connection to the engine's API, without the CLI. */
  ApiConnection connect() {
    return new ApiConnection(socket());
  }

  Path socket() {
    return Path.of(host.substring("unix://".length()));
  }

  /** Where images and containers are: of the platform, more than the root that it tells. */
  List<Path> storage() {
    Path root = Path.of(docker("info", "--format", "{{.DockerRootDir}}"));
    return root.endsWith("control/gateway")
        ? List.of(root.resolveSibling("images"), root.resolve("../../nodes").normalize())
        : List.of(root);
  }

  /** Before a command, so that it has the network that a peer of {@code ops/lib/peer} has. */
  List<String> besideIt() {
    Path daemon = socket().resolveSibling("dockerd.pid");
    try {
      return Files.exists(daemon)
          ? List.of("nsenter", "-t", Files.readString(daemon).strip(), "-n")
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A container that runs and says nothing. */
  String sleeper() {
    return docker("run", "-d", "--label", LABEL, "busybox", "sleep", "100000");
  }

  /** Kills the agent of the platform's first node, as the kernel would. */
  void killNode() {
    ProcessHandle.of(pid("node-1")).orElseThrow().destroyForcibly();
  }

  /** What the control plane and the first node of a single machine have had of the processor. */
  double processorMillis() {
    return List.of("control", "node-1").stream()
        .map(name -> ProcessHandle.of(pid(name)).orElseThrow())
        .mapToDouble(process -> process.info().totalCpuDuration().orElseThrow().toMillis())
        .sum();
  }

  private long pid(String name) {
    Path file = socket().resolveSibling("pids/" + name + ".pid");
    try {
      return Long.parseLong(Files.readString(file).strip().split("\\s")[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " of this machine is not known by " + file, e);
    }
  }

  /** Starts a command without waiting for its end. */
  Process start(ProcessBuilder.Redirect output, String... arguments) {
    return start(output, ProcessBuilder.Redirect.INHERIT, arguments);
  }

  private Process start(
      ProcessBuilder.Redirect output, ProcessBuilder.Redirect error, String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "-H", host));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .redirectOutput(output)
          .redirectError(error)
          .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void require(Process process, String... arguments) {
    int exit = exit(process);
    if (exit != 0) {
      throw new IllegalStateException(
          "%s: docker %s ended with %d".formatted(name, String.join(" ", arguments), exit));
    }
  }

  private static int exit(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Removes every container that a measurement made. */
  void clean() {
    String ids = docker("ps", "-aq", "--filter", "label=" + LABEL);
    if (!ids.isEmpty()) {
      List<String> command = new ArrayList<>(List.of("rm", "-f", "-v"));
      ids.lines().forEach(command::add);
      docker(command.toArray(String[]::new));
    }
  }
}
