package dev.gantry.ops.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The platform's processes by the names that {@code ops/status} gives them, for tests that kill
 * them.
 */
final class Processes {
  /** The state of a socket in the kernel's table (proc(5), /proc/net/tcp). */
  private static final String LISTENS = "0A";

  private Processes() {}

  /** Kills a process as the kernel would; its supervisor starts it again. */
  static void kill(String name) {
    signal("-9", pid(name));
  }

  /** Freezes nothing, ends nothing for good: keeps a process from running until closed. */
  static Held hold(String name) {
    String pid = pid(name);
    List<String> tree = tree(pid);
    tree.forEach(one -> signal("-STOP", one));
    return () -> tree.forEach(one -> signal("-CONT", one));
  }

  /** A process that is kept from running. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  static String pid(String name) {
    Path file = Platform.prefix().resolve("run/gantry/pids/" + name + ".pid");
    try {
      return Files.readString(file).strip().split("\\s")[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process that a service is in: one of its own, or that of the whole control plane. */
  static String with(String service) {
    Path own = Platform.prefix().resolve("run/gantry/pids/" + service + ".pid");
    return Files.exists(own) ? service : "control";
  }

  /** The TCP ports on which a process of the platform listens. */
  static Set<Integer> ports() throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> files = Files.list(Platform.prefix().resolve("run/gantry/pids"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".pid")) {
          for (String pid : tree(pid(name.substring(0, name.length() - ".pid".length())))) {
            sockets.addAll(sockets(pid));
          }
        }
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields[3].equals(LISTENS) && sockets.contains("socket:[" + fields[9] + "]")) {
          ports.add(Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }

  private static Set<String> sockets(String pid) {
    Set<String> found = new HashSet<>();
    try (Stream<Path> open = Files.list(Path.of("/proc", pid, "fd"))) {
      for (Path descriptor : open.toList()) {
        found.add(Files.readSymbolicLink(descriptor).toString());
      }
    } catch (IOException | UncheckedIOException _) {
      // It ended, or closed something, meanwhile.
    }
    return found;
  }

  /** How many threads of one of the platform's processes have this name, virtual ones too. */
  static long threads(String process, String name) throws IOException, InterruptedException {
    String pid = pid(process);
    // A JVM writes where its own user may, and is asked as that user.
    String user = Files.getOwner(Path.of("/proc", pid)).getName();
    Path folder = Files.createTempDirectory("gantry-threads");
    Path dump = folder.resolve("dump");
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      Process jcmd =
          new ProcessBuilder(
                  "setpriv",
                  "--reuid=" + user,
                  "--regid=" + user,
                  "--clear-groups",
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  pid,
                  "Thread.dump_to_file",
                  dump.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (jcmd.waitFor() != 0) {
        throw new IOException("jcmd of " + process + " ended with " + jcmd.exitValue());
      }
      try (Stream<String> lines = Files.lines(dump)) {
        return lines.filter(line -> line.contains('"' + name + '"')).count();
      }
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(folder);
    }
  }

  /** The ports of TCP on which one of the platform's processes listens on loopback. */
  static List<Integer> ports(String process) throws IOException {
    String mark = "pid=" + pid(process) + ",";
    Docker.Result sockets = Docker.finish(new ProcessBuilder("ss", "-Hltnp").start(), new byte[0]);
    return sockets.lines().stream()
        .filter(line -> line.contains("127.0.0.1") && line.contains(mark))
        .map(line -> line.replaceFirst("^.*?127\\.0\\.0\\.1]?:(\\d+) .*$", "$1"))
        .map(Integer::valueOf)
        .toList();
  }

  private static List<String> tree(String pid) {
    List<String> all = new java.util.ArrayList<>(List.of(pid));
    ProcessHandle.of(Long.parseLong(pid))
        .ifPresent(
            process -> process.descendants().forEach(child -> all.add(Long.toString(child.pid()))));
    return all;
  }

  private static void signal(String signal, String pid) {
    try {
      Process kill = new ProcessBuilder("kill", signal, pid).inheritIO().start();
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("kill does not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
