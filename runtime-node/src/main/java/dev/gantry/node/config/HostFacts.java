package dev.gantry.node.config;

import dev.gantry.engine.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the host says of itself in files. */
public final class HostFacts {
  private HostFacts() {}

  public static String hostname() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }

  public static String kernelVersion() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
  }

  /** Another one after each boot (boot_id of proc_sys_kernel(5)). */
  public static String boot() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }

  /** os-release(5). */
  public static Map<String, String> osRelease() throws IOException {
    Map<String, String> facts = new HashMap<>();
    Path file = Path.of("/etc/os-release");
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int at = line.indexOf('=');
        if (at > 0) {
          facts.put(line.substring(0, at), line.substring(at + 1).replace("\"", ""));
        }
      }
    }
    return facts;
  }

  public static double load1() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }

  /** The capabilities that this process may pass on, as the kernel's mask (proc(5), status). */
  public static long capabilityMask() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapBnd:")) {
        return Long.parseUnsignedLong(line.substring(7).strip(), 16);
      }
    }
    return 0;
  }

  /**
   * IPv4 prefixes that this host has routes to, but for the node's own bridges: those of another
   * node on the same host count.
   */
  public static List<String> prefixes(NodeId node) {
    String own = "gtr" + node.value().substring(0, 4);
    List<String> prefixes = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/net/route"));
      for (String line : lines.subList(1, lines.size())) {
        String[] fields = line.strip().split("\\s+");
        long mask = Long.parseLong(fields[7], 16);
        if (mask != 0 && !fields[0].startsWith(own)) {
          long address = Long.parseLong(fields[1], 16);
          byte[] bytes = {
            (byte) address, (byte) (address >> 8), (byte) (address >> 16), (byte) (address >> 24)
          };
          prefixes.add(
              InetAddress.getByAddress(bytes).getHostAddress() + "/" + Long.bitCount(mask));
        }
      }
    } catch (IOException _) {
      // No table, no routes.
    }
    return prefixes;
  }
}
