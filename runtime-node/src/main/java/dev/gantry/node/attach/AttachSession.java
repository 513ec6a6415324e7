package dev.gantry.node.attach;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.log.AttachedReaders;
import dev.gantry.node.log.ContainerLog;
import dev.gantry.node.log.Growth;
import dev.gantry.node.runtime.RunFiles;
import dev.gantry.node.stream.DetachKeys;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.node.stream.StreamSession;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One client attached to a container: the run that goes on, or the next one. Where its output
 * begins is fixed when the session is made, before the client is answered; so what is written
 * between attach and start, or before the first read, is not lost.
 */
public final class AttachSession implements StreamSession {
  private static final long LOOK_ANYWAY_SECONDS = 5;

  private final ContainerCell cell;
  private final AttachRequest request;
  private final RunFiles files;
  private final Following following;
  private final Runnable onDetach;
  private final DetachKeys keys;
  private final boolean tty;
  private final int run;
  private final FileChannel output;
  private final AttachedReaders.Reader reader;
  private final long from;

  public AttachSession(
      ContainerCell cell,
      AttachRequest request,
      RunFiles files,
      Following following,
      Runnable onDetach)
      throws IOException {
    this.cell = cell;
    this.request = request;
    this.files = files;
    this.following = following;
    this.onDetach = onDetach;
    this.tty = cell.record().isTty();
    this.keys = tty ? DetachKeys.parse(request.detachKeys()) : DetachKeys.none();
    this.run = cell.presentOrNextRun();
    ContainerLog log = new ContainerLog(files.log());
    this.output = log.openEarly();
    this.reader = cell.readers().begin();
    try {
      // Only now, that nothing is given up any more.
      this.from = request.logs() ? log.begin() : output.size();
    } catch (IOException e) {
      abandon();
      throw e;
    }
    reader.at(request.stdout() || request.stderr() ? from : Long.MAX_VALUE);
  }

  @Override
  public void abandon() {
    reader.close();
    try {
      output.close();
    } catch (IOException _) {
      // It was only read.
    }
  }

  @Override
  public void run(StreamConnection connection) throws Exception {
    try (output;
        reader) {
      if (request.stream()) {
        follow(connection);
      } else if (request.logs()) {
        replay(Growth.NONE, connection);
      }
    }
  }

  private void replay(Growth growth, StreamConnection connection)
      throws IOException, InterruptedException {
    ContainerLog.replay(
        output, from, request.stdout(), request.stderr(), isRaw(), growth, connection.output());
  }

  private boolean isRaw() {
    return tty || !request.framed();
  }

  private void follow(StreamConnection connection) throws IOException, InterruptedException {
    try (var growth =
        new FollowGrowth(this::over, cell::watch, connection, following.watch(), files.log())
            .asking(following.presence(connection, !isRaw()))
            .telling(reader::at)) {
      connection.startInput(input(growth));
      if (request.stdout() || request.stderr()) {
        replay(growth, connection);
      } else {
        while (!growth.ended() && growth.await(0)) {
          // Only input is attached: the session lasts as long as the run.
        }
      }
    }
  }

  private boolean over() {
    return cell.endedRuns() >= run || cell.isGone();
  }

  private StreamInput input(FollowGrowth growth) {
    ContainerRecord record = cell.record();
    if (!request.stdin() || !Boolean.TRUE.equals(record.spec().config().openStdin())) {
      return StreamInput.IGNORED;
    }
    boolean once = Boolean.TRUE.equals(record.spec().config().stdinOnce());
    return new StdinPump(
        this::openStdin,
        keys,
        once && !tty,
        new StdinPump.Session() {
          @Override
          public void leave() {
            growth.leave();
          }

          @Override
          public void detached() {
            onDetach.run();
          }

          @Override
          public boolean isRunning() {
            return cell.startedRuns() >= run && !over();
          }
        });
  }

  /** Before the run begins the client's input waits in the connection. */
  private Stdin openStdin() throws IOException {
    var wake = new Semaphore(0);
    try (var _ = cell.watch(wake::release)) {
      while (cell.startedRuns() < run) {
        if (over()) {
          throw new IOException("the container has ended");
        }
        var unused = wake.tryAcquire(LOOK_ANYWAY_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return ConmonStdin.open(files);
  }
}
