package dev.gantry.node.kernel;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs calls that block in native code on platform threads: on a virtual thread they would hold its
 * carrier, of which there are only as many as processors.
 */
final class Blocking {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("native-", 0).factory());

  private Blocking() {}

  static <T> T call(Callable<T> task) throws KernelException {
    if (!Thread.currentThread().isVirtual()) {
      return unwrapped(task);
    }
    try {
      return THREADS.submit(task).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case KernelException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KernelException("wait for", "a system call", Errno.EINTR);
    }
  }

  private static <T> T unwrapped(Callable<T> task) throws KernelException {
    try {
      return task.call();
    } catch (KernelException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
