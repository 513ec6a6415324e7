package dev.gantry.node.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel's wait before a move between control groups go by ahead of the move.
 *
 * <p>The first process that is moved after a rest waits for a grace period of RCU, 6 to 8 ms, as
 * the lock that it takes ({@code cgroup_threadgroup_rwsem}) is made for forks, which are many, and
 * not for moves; those that follow within some 10 ms do not wait. To write this process's number
 * into the group that it is in already moves nothing, but takes that lock.
 */
final class ExpectedMove {
  private static final Logger log = LoggerFactory.getLogger(ExpectedMove.class);
  private static final long KEEP_SECONDS = 60;

  private final Path processes;
  private final byte[] self = Long.toString(ProcessHandle.current().pid()).getBytes();

  /** One thread, since who finds it busy has the wait going by already. */
  private final Executor thread =
      new ThreadPoolExecutor(
          0,
          1,
          KEEP_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("expected-move").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /**
   * @param processes the {@code cgroup.procs} of the group that this process is in
   */
  ExpectedMove(Path processes) {
    this.processes = processes;
  }

  /**
   * The group of this process.
   *
   * @param hierarchy where it is mounted
   * @param controller one of the hierarchy's in version 1; empty for version 2
   * @param memberships of this process: the lines of {@code /proc/self/cgroup} (cgroups(7))
   */
  static ExpectedMove in(Path hierarchy, String controller, String memberships) {
    String path =
        memberships
            .lines()
            .map(line -> line.split(":", 3))
            .filter(line -> line.length == 3 && line[1].equals(controller))
            .map(line -> line[2])
            .findFirst()
            .orElse("/");
    return new ExpectedMove(hierarchy.resolve(path.substring(1)).resolve("cgroup.procs"));
  }

  /** Returns at once. Without effect where the group cannot be written to. */
  void begin() {
    thread.execute(this::take);
  }

  private void take() {
    try {
      Files.write(processes, self, StandardOpenOption.WRITE);
    } catch (IOException e) {
      log.debug("moves of processes will have to wait: {}", e.toString());
    }
  }
}
