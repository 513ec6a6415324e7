package dev.gantry.ops.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The platform's processes by the names that {@code ops/status} gives them, for tests that kill
 * them.
 */
final class Processes {
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
