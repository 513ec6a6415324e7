package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stock {@code docker} CLI against the platform under test. */
final class Docker {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** What a command did. */
  record Result(int exit, String out, String err) {
    /** Standard output without surrounding white space, of a command that must have succeeded. */
    String ok() {
      if (exit != 0) {
        throw new AssertionError("exit " + exit + "\nstdout: " + out + "\nstderr: " + err);
      }
      return out.strip();
    }

    List<String> lines() {
      String text = ok();
      return text.isEmpty() ? List.of() : text.lines().toList();
    }
  }

  private final Map<String, String> environment;

  private Docker(Map<String, String> environment) {
    this.environment = environment;
  }

  /** As the default team, over the platform's unix socket. */
  static Docker onSocket() {
    return new Docker(Map.of("DOCKER_HOST", Platform.host()));
  }

  /** As a team of its own, over the platform's TLS port; its certificate goes to {@code folder}. */
  static Docker ofTeam(String team, Path folder) {
    Platform.ops("certs", "issue", "--team", team, "--user", "e2e", "--out", folder.toString())
        .ok();
    return new Docker(
        Map.of(
            "DOCKER_HOST",
            "tcp://127.0.0.1:" + (Platform.portBase() + 76),
            "DOCKER_TLS_VERIFY",
            "1",
            "DOCKER_CERT_PATH",
            folder.toString()));
  }

  /** The same with one more variable. */
  Docker with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Docker(more);
  }

  /** Runs a script of {@code ops} for this caller. */
  Result ops(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Platform.home() + "/ops/" + script));
    command.addAll(List.of(arguments));
    Process process =
        with("GANTRY_PREFIX", Platform.prefix().toString())
            .with("GANTRY_PORT_BASE", Integer.toString(Platform.portBase()))
            .spawn(command);
    return finish(process, new byte[0]);
  }

  Result run(String... arguments) {
    return runWithInput(new byte[0], arguments);
  }

  Result runWithInput(byte[] input, String... arguments) {
    return finish(start(arguments), input);
  }

  /**
   * Runs in a terminal of {@code columns} x {@code rows}, typing {@code input} as a person would.
   */
  Process startInTerminal(int columns, int rows, String... arguments) {
    StringBuilder line =
        new StringBuilder("stty cols " + columns + " rows " + rows + "; exec docker");
    for (String argument : arguments) {
      line.append(" '").append(argument.replace("'", "'\\''")).append("'");
    }
    return spawn(List.of("script", "-qefc", line.toString(), "/dev/null"));
  }

  Process start(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return spawn(command);
  }

  JsonNode inspect(String... arguments) {
    List<String> command = new ArrayList<>(List.of("inspect"));
    command.addAll(List.of(arguments));
    return JSON.readTree(run(command.toArray(String[]::new)).ok()).get(0);
  }

  private Process spawn(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the input, closes it, and collects what the process says until it ends. */
  static Result finish(Process process, byte[] input) {
    StringBuilder out = new StringBuilder();
    StringBuilder err = new StringBuilder();
    Thread outReader = Thread.ofVirtual().start(() -> read(process.getInputStream(), out));
    Thread errReader = Thread.ofVirtual().start(() -> read(process.getErrorStream(), err));
    try {
      try (var stdin = process.getOutputStream()) {
        stdin.write(input);
      } catch (IOException _) {
        // The process ended without reading all of its input, as it may.
      }
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "no end within "
                + DEADLINE
                + ": "
                + process.info().commandLine().orElse("?")
                + "\n"
                + out
                + err);
      }
      outReader.join();
      errReader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    return new Result(process.exitValue(), out.toString(), err.toString());
  }

  private static void read(java.io.InputStream stream, StringBuilder into) {
    try (stream) {
      into.append(new String(stream.readAllBytes(), UTF_8));
    } catch (IOException e) {
      into.append("[").append(e.getMessage()).append("]");
    }
  }

  /** A file with the given text, removed by JUnit with its folder. */
  static Path file(Path folder, String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
