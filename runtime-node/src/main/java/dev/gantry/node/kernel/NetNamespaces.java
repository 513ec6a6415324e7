package dev.gantry.node.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Network namespaces that live as bind-mounted files (network_namespaces(7), as ip-netns(8) makes
 * them). A thread that entered one is never used for anything else: it ends.
 */
public final class NetNamespaces {
  private static final long CLONE_NEWNET = 0x40000000L;

  private NetNamespaces() {}

  /** Makes a namespace and keeps it at {@code file}; {@code inside} runs in it. */
  public static <T> T create(Path file, Callable<T> inside) throws IOException {
    Files.createDirectories(parent(file));
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    return onOwnThread(
        "make network namespace " + file,
        () -> {
          Syscall.UNSHARE.call("network namespace", CLONE_NEWNET);
          Mounts.bind("/proc/thread-self/ns/net", file);
          return inside.call();
        });
  }

  /** Runs in the namespace that is kept at {@code file}. */
  public static <T> T enter(Path file, Callable<T> inside) throws IOException {
    return onOwnThread(
        "enter network namespace " + file,
        () -> {
          try (Fd namespace = RootedPaths.open(-100, file.toString(), 0, 0, 0)) {
            Syscall.SETNS.call(file.toString(), namespace.number(), CLONE_NEWNET);
          }
          return inside.call();
        });
  }

  /**
   * Lets go of a namespace: it ends, and its links with it, when no process is in it. Absent is
   * well.
   */
  public static void remove(Path file) throws IOException {
    Mounts.unmount(file);
    Files.deleteIfExists(file);
  }

  private static <T> T onOwnThread(String what, Callable<T> task) throws IOException {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = Thread.ofPlatform().name("netns").start(future);
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IOException("cannot " + what, e.getCause());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + what, e);
    }
  }

  private static Path parent(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("no folder: " + file);
    }
    return folder;
  }
}
