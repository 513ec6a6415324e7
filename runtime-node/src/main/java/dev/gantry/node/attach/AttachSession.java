package dev.gantry.node.attach;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.log.ContainerLog;
import dev.gantry.node.log.Growth;
import dev.gantry.node.log.LogWatch;
import dev.gantry.node.stream.DetachKeys;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import dev.gantry.node.stream.StreamSession;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One client attached to a container: the run that goes on, or the next one. Where its output
 * begins is fixed when the session is made, before the client is answered; so what is written
 * between attach and start, or before the first read, is not lost.
 */
public final class AttachSession implements StreamSession {
  private final ContainerCell cell;
  private final AttachRequest request;
  private final Path file;
  private final LogWatch watch;
  private final Stdin.Source stdins;
  private final Runnable onDetach;
  private final DetachKeys keys;
  private final boolean tty;
  private final int run;
  private final long from;

  public AttachSession(
      ContainerCell cell,
      AttachRequest request,
      Path file,
      LogWatch watch,
      Stdin.Source stdins,
      Runnable onDetach)
      throws IOException {
    this.cell = cell;
    this.request = request;
    this.file = file;
    this.watch = watch;
    this.stdins = stdins;
    this.onDetach = onDetach;
    this.tty = cell.record().isTty();
    this.keys = tty ? DetachKeys.parse(request.detachKeys()) : DetachKeys.none();
    this.run = cell.presentOrNextRun();
    this.from = request.logs() ? 0 : new ContainerLog(file).size();
  }

  @Override
  public void run(StreamConnection connection) throws Exception {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is in no folder");
    }
    if (!request.stream()) {
      if (request.logs()) {
        new ContainerLog(file)
            .replay(0, request.stdout(), request.stderr(), tty, Growth.NONE, connection.output());
      }
      return;
    }
    try (var growth = new RunGrowth(cell, run, connection, watch, folder)) {
      ContainerRecord record = cell.record();
      if (request.stdin() && Boolean.TRUE.equals(record.spec().config().openStdin())) {
        boolean once = Boolean.TRUE.equals(record.spec().config().stdinOnce());
        connection.startInput(
            new StdinPump(cell, run, stdins, keys, once && !tty, growth::leave, this::detached));
      } else {
        connection.startInput(StreamInput.IGNORED);
      }
      if (request.stdout() || request.stderr()) {
        new ContainerLog(file)
            .replay(from, request.stdout(), request.stderr(), tty, growth, connection.output());
      } else {
        while (!growth.ended() && growth.await(0)) {
          // Only input is attached: the session lasts as long as the run.
        }
      }
    }
  }

  private void detached() {
    onDetach.run();
  }
}
