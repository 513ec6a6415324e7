package dev.gantry.services;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Named places at which a process can be made to fail, for crash tests; off unless configuration
 * names them: {@code create.afterSnapshot=kill,start.beforeRuntime=error}. {@code kill} ends the
 * process as SIGKILL would, {@code error} throws, {@code stall} never returns.
 */
public final class FaultPoints {
  private enum Fault {
    KILL,
    ERROR,
    STALL
  }

  private final Map<String, Fault> armed;

  private FaultPoints(Map<String, Fault> armed) {
    this.armed = Map.copyOf(armed);
  }

  public static FaultPoints none() {
    return new FaultPoints(Map.of());
  }

  /**
   * Reads the setting.
   *
   * @param known every name that the process has, so that a misspelt one stops the start
   */
  public static FaultPoints parse(String setting, Set<String> known) {
    Map<String, Fault> armed = new HashMap<>();
    for (String part : setting.split(",")) {
      if (part.isBlank()) {
        continue;
      }
      String[] pair = part.strip().split("=", 2);
      if (!known.contains(pair[0]) || pair.length < 2) {
        throw new IllegalArgumentException(
            "unknown fault point " + part.strip() + "; there are " + known);
      }
      armed.put(pair[0], Fault.valueOf(pair[1].toUpperCase(Locale.ROOT)));
    }
    return new FaultPoints(armed);
  }

  /** Passes the place called {@code name}. */
  public void pass(String name) {
    Fault fault = armed.isEmpty() ? null : armed.get(name);
    if (fault == null) {
      return;
    }
    switch (fault) {
      case KILL -> {
        // SIGKILL to ourselves: no shutdown hook, no flush, as the kernel's own OOM killer would do
        // it.
        killSelf();
      }
      case ERROR -> throw new ServiceException(ErrorCode.INTERNAL, "fault point " + name);
      case STALL -> stall(name);
    }
  }

  private static void killSelf() {
    try {
      new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid()))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException | InterruptedException e) {
      Runtime.getRuntime().halt(137);
    }
    Runtime.getRuntime().halt(137);
  }

  private static void stall(String name) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.INTERNAL, "fault point " + name + " interrupted", e);
    }
  }
}
