package dev.gantry.node.lifecycle;

import dev.gantry.services.ErrorCode;
import java.util.Locale;

/**
 * Why a container could not be started, in the engine's words and with its exit code: clients tell
 * "no such command" (127) from "not executable" (126) by the text.
 */
record StartFailure(int exitCode, ErrorCode code, String message) {

  /**
   * @param runtimeMessage what the OCI runtime said
   */
  static StartFailure ofRuntime(String runtimeMessage) {
    String text = withoutPrefix(runtimeMessage.strip());
    String lower = text.toLowerCase(Locale.ROOT);
    boolean notFound =
        lower.contains("executable file not found")
            || lower.contains("no such file or directory")
            || lower.contains("system cannot find the file");
    boolean notAllowed =
        lower.contains("permission denied")
            || lower.contains("is a directory")
            || lower.contains("not a directory")
            || lower.contains("exec format error");
    String message =
        "failed to create task for container: failed to create shim task: OCI runtime create"
            + " failed: "
            + text
            + ": unknown";
    if (notFound || notAllowed) {
      return new StartFailure(notFound ? 127 : 126, ErrorCode.INVALID, message);
    }
    return new StartFailure(128, ErrorCode.INTERNAL, message);
  }

  static StartFailure ofOurs(Throwable cause) {
    return new StartFailure(128, ErrorCode.INTERNAL, String.valueOf(cause.getMessage()));
  }

  /** crun leads its messages with a time in some versions; the engine's clients need none. */
  private static String withoutPrefix(String text) {
    return text.replaceFirst("^[0-9TZ:.+-]+:? ", "").replaceFirst("^error: ", "");
  }
}
