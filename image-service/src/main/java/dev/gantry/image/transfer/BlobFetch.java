package dev.gantry.image.transfer;

import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.remote.RemoteBlob;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way, and those who wait for it. It runs on a thread of its own, so that it goes
 * on when who began it leaves and others stay; when the last leaves, it ends.
 */
final class BlobFetch {
  /** Fetches the blob; what it is known to be as a layer, where it was read as one. */
  @FunctionalInterface
  interface Work {
    Optional<LayerFacts> run(RemoteBlob blob) throws IOException, InterruptedException;
  }

  private final RemoteBlob blob;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<LayerFacts> layer = Optional.empty();
  private @Nullable Exception failure;
  private int waiting;

  BlobFetch(RemoteBlob blob, Work work) {
    this.blob = blob;
    this.thread = Thread.ofVirtual().name("image-fetch").unstarted(() -> run(work));
  }

  private void run(Work work) {
    try (blob) {
      layer = work.run(blob);
    } catch (IOException | RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      failure = new IOException("nobody waits for it any more", e);
    } catch (Error e) {
      failure = new IOException(String.valueOf(e.getMessage()), e);
      throw e;
    } finally {
      ended.countDown();
    }
  }

  /** One more waits for it; false where it has ended or is about to. */
  synchronized boolean join() {
    if (ended.getCount() == 0 || thread.isInterrupted()) {
      return false;
    }
    waiting++;
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    return true;
  }

  /** One fewer waits for it. */
  synchronized void leave() {
    waiting--;
    if (waiting == 0) {
      thread.interrupt();
    }
  }

  long received() {
    return blob.received();
  }

  /** True once it has ended, well or not. */
  boolean await(long millis) throws InterruptedException {
    return ended.await(millis, TimeUnit.MILLISECONDS);
  }

  /** What came of it, after its end. */
  Optional<LayerFacts> result() throws IOException {
    return switch (failure) {
      case null -> layer;
      case IOException failed -> throw failed;
      case RuntimeException failed -> throw failed;
      case Exception other -> throw new IOException(other);
    };
  }
}
