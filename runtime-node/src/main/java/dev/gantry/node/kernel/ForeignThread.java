package dev.gantry.node.kernel;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Threads that go into other mount namespaces, and are never used for anything else. There they
 * find no program of ours any more: every class that they use has to have been loaded before.
 */
final class ForeignThread {
  private static final List<Class<?>> USED =
      List.of(
          EmptyNamespace.Above.class,
          Errno.class,
          Fd.class,
          KernelException.class,
          Mounts.class,
          PrivateTree.class,
          RootedPaths.class,
          Syscall.class);

  static {
    try {
      for (Class<?> one : USED) {
        var unused = MethodHandles.lookup().ensureInitialized(one);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final long CLONE_FS = 0x200;
  private static final long CLONE_NEWNS = 0x20000;

  private ForeignThread() {}

  /** Goes into a namespace and does something there. */
  static <T> T in(Fd namespace, Callable<T> work) throws IOException {
    return run(
        () -> {
          // A thread that shares its working directory with others may not leave.
          Syscall.UNSHARE.call("working directory", CLONE_FS);
          Syscall.SETNS.call(namespace.subject(), namespace.number(), CLONE_NEWNS);
          return work.call();
        });
  }

  static <T> T run(Callable<T> work) throws IOException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name("mounts").start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IOException("cannot assemble a file tree", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a file tree was assembled", e);
    }
  }
}
