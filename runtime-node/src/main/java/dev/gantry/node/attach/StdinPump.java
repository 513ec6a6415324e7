package dev.gantry.node.attach;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.stream.DetachKeys;
import dev.gantry.node.stream.StreamInput;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries a client's input to the container. Before the run begins nothing is read on: the input
 * waits in the connection.
 */
final class StdinPump implements StreamInput {
  private static final long LOOK_ANYWAY_SECONDS = 5;

  private final ContainerCell cell;
  private final int run;
  private final Stdin.Source stdins;
  private final DetachKeys keys;
  private final boolean endsInput;
  private final Runnable leave;
  private final Runnable detached;
  private @Nullable Stdin stdin;

  /**
   * @param endsInput whether the end of this client's input is the end of the container's
   * @param leave ends the session
   */
  StdinPump(
      ContainerCell cell,
      int run,
      Stdin.Source stdins,
      DetachKeys keys,
      boolean endsInput,
      Runnable leave,
      Runnable detached) {
    this.cell = cell;
    this.run = run;
    this.stdins = stdins;
    this.keys = keys;
    this.endsInput = endsInput;
    this.leave = leave;
    this.detached = detached;
  }

  @Override
  public void data(byte[] bytes, int length) throws IOException {
    DetachKeys.Result result = keys.accept(bytes, length);
    byte[] passed = result.passed();
    if (passed.length > 0) {
      open().write(passed, passed.length);
    }
    if (result.detached()) {
      detached.run();
      leave.run();
    }
  }

  @Override
  public void end() throws IOException {
    if (endsInput) {
      open().end();
    } else {
      leave.run();
    }
  }

  @Override
  public void gone() {
    try {
      if (endsInput && cell.endedRuns() < run && cell.startedRuns() >= run) {
        open().end();
      }
    } catch (IOException _) {
      // The container has ended meanwhile, and its input with it.
    } finally {
      if (stdin != null) {
        stdin.close();
      }
    }
  }

  private Stdin open() throws IOException {
    Stdin opened = stdin;
    if (opened == null) {
      awaitStart();
      opened = stdins.open(cell.id());
      stdin = opened;
    }
    return opened;
  }

  private void awaitStart() throws IOException {
    var wake = new Semaphore(0);
    try (var _ = cell.watch(wake::release)) {
      while (cell.startedRuns() < run) {
        if (cell.endedRuns() >= run || cell.isGone()) {
          throw new IOException("the container has ended");
        }
        var unused = wake.tryAcquire(LOOK_ANYWAY_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
