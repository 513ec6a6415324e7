package dev.gantry.node.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this host (proc(5), meminfo), in bytes. */
public final class HostMemory {
  private HostMemory() {}

  public static long total() throws IOException {
    return field("MemTotal:");
  }

  /** What new work can have without swapping. */
  public static long available() throws IOException {
    return field("MemAvailable:");
  }

  private static long field(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/meminfo has no " + name);
  }
}
