package dev.gantry.node.lifecycle;

import dev.gantry.services.ErrorCode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a process could not be started, in the engine's words and with its exit code: clients tell
 * "no such command" (127) from "not executable" (126) by the text, and by its case.
 */
public record StartFailure(int exitCode, ErrorCode code, String message) {
  /** The exit code of a failure that is not the command's. */
  public static final int OTHER = 128;

  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;
  private static final Pattern CRUN_NOT_FOUND =
      Pattern.compile("executable file [`'\"]?([^`'\"]*)[`'\"]? not found.*", Pattern.DOTALL);

  /** A container's own process, by what the OCI runtime said. */
  static StartFailure ofRuntime(String said) {
    return of(
        "failed to create task for container: failed to create shim task: OCI runtime create"
            + " failed: ",
        said);
  }

  /** An exec's process, by what the OCI runtime said. */
  public static StartFailure ofExec(String said) {
    return of("OCI runtime exec failed: exec failed: ", said);
  }

  static StartFailure ofOurs(Throwable cause) {
    return new StartFailure(OTHER, ErrorCode.INTERNAL, String.valueOf(cause.getMessage()));
  }

  private static StartFailure of(String lead, String said) {
    String text = inEngineWords(said.strip());
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("unable to find ") || lower.startsWith("uids and gids")) {
      return new StartFailure(NOT_EXECUTABLE, ErrorCode.INVALID, text);
    }
    String message = lead + text + ": unknown";
    if (lower.contains("executable file not found")
        || lower.contains("no such file or directory")) {
      return new StartFailure(NOT_FOUND, ErrorCode.INVALID, message);
    }
    if (lower.contains("permission denied")
        || lower.contains("is a directory")
        || lower.contains("not a directory")
        || lower.contains("exec format error")) {
      return new StartFailure(NOT_EXECUTABLE, ErrorCode.INVALID, message);
    }
    return new StartFailure(OTHER, ErrorCode.INTERNAL, message);
  }

  /** crun and runc say the same things differently; clients know runc's words. */
  private static String inEngineWords(String said) {
    Matcher notFound = CRUN_NOT_FOUND.matcher(said);
    if (notFound.find()) {
      String name = notFound.group(1);
      return "runc create failed: unable to start container process: exec: \"%s\": %s"
          .formatted(
              name,
              name.contains("/")
                  ? "stat " + name + ": no such file or directory"
                  : "executable file not found in $PATH");
    }
    if (said.contains("open executable: Operation not permitted")) {
      return said.replace("Operation not permitted", "is a directory: permission denied");
    }
    return said.replace("No such file or directory", "no such file or directory")
        .replace("Permission denied", "permission denied")
        .replace("Is a directory", "is a directory")
        .replace("Not a directory", "not a directory")
        .replace("Exec format error", "exec format error");
  }
}
