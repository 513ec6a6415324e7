package dev.gantry.image.transfer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Does several things at once; the first that fails ends the others, and all have ended then. */
final class Together {
  private Together() {}

  static void run(int atOnce, List<? extends Callable<?>> tasks)
      throws IOException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce, Thread.ofVirtual().name("image-transfer-", 0).factory());
    try {
      CompletionService<Object> ends = new ExecutorCompletionService<>(threads);
      List<Future<?>> futures = new ArrayList<>();
      tasks.forEach(task -> futures.add(ends.submit(task::call)));
      for (int i = 0; i < futures.size(); i++) {
        Object _ = ends.take().get();
      }
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } finally {
      threads.shutdownNow();
      threads.close();
    }
  }

  private static IOException rethrown(@Nullable Throwable cause) throws InterruptedException {
    return switch (cause) {
      case IOException failure -> failure;
      case InterruptedException interrupted -> throw interrupted;
      case RuntimeException failure -> throw failure;
      case null, default -> new IOException(cause);
    };
  }
}
