package dev.gantry.node.exec;

import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.node.attach.ConmonStdin;
import dev.gantry.node.attach.FollowGrowth;
import dev.gantry.node.attach.Following;
import dev.gantry.node.attach.StdinPump;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.log.ContainerLog;
import dev.gantry.node.runtime.RunFiles;
import dev.gantry.node.stream.DetachKeys;
import dev.gantry.node.stream.StreamConnection;
import dev.gantry.node.stream.StreamInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exec under conmon, which holds its terminal and is its parent: for execs with a terminal, and
 * for runtimes that in the foreground wait for whoever has the streams. Its output goes through a
 * file, of which the disk gets back what the client has read.
 */
final class ConmonExec {
  private static final Logger log = LoggerFactory.getLogger(ConmonExec.class);

  private final ExecRunner runner;
  private final Following following;
  private final ExecCell exec;
  private final RunFiles files;

  ConmonExec(ExecRunner runner, Following following, ExecCell exec) {
    this.runner = runner;
    this.following = following;
    this.exec = exec;
    this.files = runner.files(exec, true);
  }

  /** Starts the process and carries its streams until it ends, or the client leaves. */
  void run(ExecStartRequest start, StreamConnection connection)
      throws IOException, InterruptedException {
    try {
      runner.launch(exec, start, true);
      carry(connection);
    } catch (ExecRunner.StartException e) {
      ExecRunner.tellClient(exec, connection, e.getMessage());
    } finally {
      removeOutput();
    }
  }

  private void carry(StreamConnection connection) throws IOException, InterruptedException {
    ExecCreateRequest request = exec.request();
    try (var growth =
        new FollowGrowth(exec::isOver, exec::watch, connection, following.watch(), files.log())
            .asking(following.presence(connection, exec.isFramed()))
            .telling(new ReadAndGone(files.log()))) {
      connection.startInput(input(growth));
      new ContainerLog(files.log())
          .replay(
              0,
              Boolean.TRUE.equals(request.attachStdout()),
              Boolean.TRUE.equals(request.attachStderr()),
              !exec.isFramed(),
              growth,
              connection.output());
    }
  }

  private StreamInput input(FollowGrowth growth) {
    if (!Boolean.TRUE.equals(exec.request().attachStdin())) {
      return StreamInput.IGNORED;
    }
    return new StdinPump(
        () -> ConmonStdin.open(files),
        exec.isTty() ? DetachKeys.parse(exec.request().detachKeys()) : DetachKeys.none(),
        !exec.isTty(),
        new StdinPump.Session() {
          @Override
          public void leave() {
            growth.leave();
          }

          @Override
          public void detached() {
            runner.tell(exec, "exec_detach", Map.of());
          }

          @Override
          public boolean isRunning() {
            return !exec.isOver();
          }
        });
  }

  /** Nobody will read the output any more; conmon may go on writing to the file without a name. */
  private void removeOutput() {
    try {
      Path folder = files.log().getParent();
      if (folder != null) {
        Trees.delete(folder);
      }
    } catch (IOException e) {
      log.warn("cannot remove the output of exec {}: {}", exec.id(), e.toString());
    }
  }
}
