package dev.gantry.node.container;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signals by number or by name, with or without {@code SIG} (signal(7), Linux on x86 and ARM). */
public final class Signals {
  public static final int KILL = 9;
  public static final int TERM = 15;

  private static final int RTMIN = 34;
  private static final int RTMAX = 64;

  private static final String[] NAMES = {
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private static final Map<String, Integer> BY_NAME = byName();

  private Signals() {}

  /** The number of a signal; {@link #TERM} where nothing is named. */
  public static int parse(@Nullable String signal) {
    return parse(signal, TERM);
  }

  /** The number of a signal, or what stands for none. */
  public static int parse(@Nullable String signal, int otherwise) {
    if (signal == null || signal.isEmpty()) {
      return otherwise;
    }
    Integer number = signal.matches("[0-9]{1,3}") ? Integer.valueOf(signal) : named(signal);
    if (number == null || number < 1 || number > RTMAX) {
      throw new ServiceException(ErrorCode.INVALID, "invalid signal: " + signal);
    }
    return number;
  }

  private static @Nullable Integer named(String signal) {
    String name = signal.toUpperCase(Locale.ROOT);
    return BY_NAME.get(name.startsWith("SIG") ? name.substring(3) : name);
  }

  private static Map<String, Integer> byName() {
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      map.put(NAMES[i], i + 1);
    }
    map.put("IOT", 6);
    map.put("POLL", 29);
    map.put("CLD", 17);
    for (int i = 0; i <= 15; i++) {
      map.put(i == 0 ? "RTMIN" : "RTMIN+" + i, RTMIN + i);
    }
    for (int i = 0; i <= 14; i++) {
      map.put(i == 0 ? "RTMAX" : "RTMAX-" + i, RTMAX - i);
    }
    return Map.copyOf(map);
  }
}
