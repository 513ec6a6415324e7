package dev.gantry.node.attach;

import dev.gantry.engine.ContainerStats;
import dev.gantry.engine.EngineJson;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.node.stream.StreamSession;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code docker stats}: a sample a second; or one, with a sample before it unless one-shot. */
public final class StatsSession implements StreamSession {
  private static final long INTERVAL_MILLIS = 1000;

  private final ContainerCell cell;
  private final StatsSource source;
  private final boolean stream;
  private final boolean oneShot;

  public StatsSession(ContainerCell cell, StatsSource source, boolean stream, boolean oneShot) {
    this.cell = cell;
    this.source = source;
    this.stream = stream;
    this.oneShot = oneShot;
  }

  @Override
  public void run(StreamConnection connection) throws Exception {
    var wake = new Semaphore(0);
    connection.onGone(wake::release);
    connection.startInput(StreamInput.IGNORED);
    OutputStream out = connection.output();
    ContainerStats before = null;
    if (!stream && !oneShot && cell.state().life() != null) {
      before = source.sample(cell.record(), null);
      pause(wake);
    }
    do {
      ContainerStats sample = source.sample(cell.record(), before);
      before = sample;
      write(out, sample);
      if (stream) {
        pause(wake);
      }
    } while (stream && !connection.isGone() && !cell.isGone());
  }

  private static void write(OutputStream out, @Nullable ContainerStats sample)
      throws java.io.IOException {
    out.write(EngineJson.MAPPER.writeValueAsBytes(sample));
    out.write('\n');
    out.flush();
  }

  private static void pause(Semaphore wake) throws InterruptedException {
    var unused = wake.tryAcquire(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }
}
