package dev.gantry.node.bundle;

import dev.gantry.engine.HostConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --security-opt} asks for. Labels are SELinux's, and without it mean nothing, as for
 * the engine.
 *
 * @param seccomp {@code unconfined}, a profile's text, or null for the default one
 * @param appArmor name of a profile that the kernel has loaded; null for none
 */
record SecurityOptions(
    boolean noNewPrivileges, @Nullable String seccomp, @Nullable String appArmor) {
  private static final String UNCONFINED = "unconfined";

  static SecurityOptions of(HostConfig host) {
    boolean noNewPrivileges = false;
    String seccomp = null;
    String appArmor = null;
    for (String option : host.securityOpt() == null ? List.<String>of() : host.securityOpt()) {
      String[] pair = split(option);
      switch (pair[0]) {
        case "no-new-privileges" -> noNewPrivileges = flag(option, pair[1]);
        case "seccomp" -> seccomp = pair[1].equals("builtin") ? null : pair[1];
        case "apparmor" -> appArmor = pair[1].equals(UNCONFINED) ? null : pair[1];
        case "label" -> {}
        default -> throw invalid(2, option);
      }
    }
    return new SecurityOptions(noNewPrivileges, seccomp, appArmor);
  }

  /** Whether the filter of system calls is off. */
  boolean isUnconfined(boolean privileged) {
    return seccomp == null ? privileged : seccomp.equals(UNCONFINED);
  }

  private static String[] split(String option) {
    if (option.equals("no-new-privileges")) {
      return new String[] {option, "true"};
    }
    String[] pair = option.split(option.contains("=") ? "=" : ":", 2);
    if (pair.length != 2) {
      throw invalid(1, option);
    }
    return pair;
  }

  private static boolean flag(String option, String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw invalid(2, option);
    };
  }

  private static ServiceException invalid(int rule, String option) {
    return new ServiceException(
        ErrorCode.INVALID, "invalid --security-opt %d: \"%s\"".formatted(rule, option));
  }
}
