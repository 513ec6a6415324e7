package dev.gantry.ops.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The platform under test, as {@code ops/test} started it. */
final class Platform {
  private Platform() {}

  /** For {@code DOCKER_HOST}. */
  static String host() {
    return setting("gantry.host");
  }

  /** The project's folder. */
  static Path home() {
    return Path.of(setting("gantry.home"));
  }

  /** The prefix below which the platform keeps its files. */
  static Path prefix() {
    return Path.of(setting("gantry.prefix"));
  }

  /** Where the platform sends its traces: a port on which nobody but a test listens. */
  static URI collector() {
    return URI.create(setting("gantry.collector"));
  }

  static Path socket() {
    return Path.of(host().substring("unix://".length()));
  }

  /** The first of its ports. */
  static int portBase() {
    return Integer.parseInt(setting("gantry.port-base"));
  }

  /** Runs a script of {@code ops} against this platform. */
  static Docker.Result ops(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(home().resolve("ops/" + script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GANTRY_PREFIX", prefix().toString());
    builder.environment().put("GANTRY_PORT_BASE", setting("gantry.port-base"));
    try {
      return Docker.finish(builder.start(), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String setting(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("no platform to test: run ops/test, or give -D" + name);
    }
    return value;
  }
}
