package dev.gantry.node.bundle;

import dev.gantry.engine.ConsoleSize;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.Ulimit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A process as an OCI runtime reads it (runtime-spec, config.md, "Process"), of a container or an
 * exec.
 */
final class ProcessPart {
  private static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private ProcessPart() {}

  static ObjectNode of(
      List<String> arguments,
      List<String> environment,
      String workingFolder,
      Users.Identity user,
      boolean tty,
      Set<String> capabilities,
      boolean noNewPrivileges) {
    ObjectNode process = JsonMapper.shared().createObjectNode();
    process.put("terminal", tty);
    ObjectNode identity = process.putObject("user");
    identity.put("uid", user.uid()).put("gid", user.gid());
    user.additionalGids().forEach(identity.putArray("additionalGids")::add);
    arguments.forEach(process.putArray("args")::add);
    environment.forEach(process.putArray("env")::add);
    process.put("cwd", workingFolder.isEmpty() ? "/" : workingFolder);
    ObjectNode sets = process.putObject("capabilities");
    for (String set : List.of("bounding", "effective", "permitted")) {
      var names = sets.putArray(set);
      capabilities.forEach(name -> names.add("CAP_" + name));
    }
    process.put("noNewPrivileges", noNewPrivileges);
    return process;
  }

  /** Limits of the process; a name may come with or without {@code RLIMIT_}. */
  static void addLimits(ObjectNode process, HostConfig host) {
    if (host.ulimits() == null || host.ulimits().isEmpty()) {
      return;
    }
    var limits = process.putArray("rlimits");
    for (Ulimit limit : host.ulimits()) {
      limits
          .addObject()
          .put("type", "RLIMIT_" + String.valueOf(limit.name()).toUpperCase(Locale.ROOT))
          .put("soft", unsigned(limit.soft()))
          .put("hard", unsigned(limit.hard()));
    }
  }

  /** A terminal has its size before the process looks at it. */
  static void addConsoleSize(ObjectNode process, @Nullable List<? extends Number> asked) {
    ConsoleSize.of(asked)
        .ifPresent(
            size ->
                process
                    .putObject("consoleSize")
                    .put("height", size.height())
                    .put("width", size.width()));
  }

  private static java.math.BigInteger unsigned(@Nullable Long value) {
    long number = value == null ? 0 : value;
    return new java.math.BigInteger(Long.toUnsignedString(number));
  }

  /**
   * The variables of a process: what every container has, then what was asked for, the last of a
   * name winning.
   */
  static List<String> environment(
      String hostname, String home, boolean tty, @Nullable List<String> asked) {
    Map<String, String> variables = new LinkedHashMap<>();
    put(variables, DEFAULT_PATH);
    put(variables, "HOSTNAME=" + hostname);
    if (tty) {
      put(variables, "TERM=xterm");
    }
    for (String variable : asked == null ? List.<String>of() : asked) {
      if (variable.contains("=")) {
        put(variables, variable);
      } else {
        // A name alone asks for its absence: the client had no value for it.
        variables.remove(variable);
      }
    }
    variables.computeIfAbsent("HOME", _ -> "HOME=" + home);
    return List.copyOf(variables.values());
  }

  private static void put(Map<String, String> variables, String variable) {
    variables.put(variable.substring(0, variable.indexOf('=')), variable);
  }

  static boolean isTrue(@Nullable Boolean value) {
    return Boolean.TRUE.equals(value);
  }
}
