package dev.gantry.node.runtime;

import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.kernel.Poller;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tells when runs end. What is waited for is conmon, since it ends only after the exit code is on
 * disk; where conmon was killed, the container's own process is waited for, and its code is lost
 * with conmon.
 */
public final class ExitWatch {
  private final Poller poller;

  public ExitWatch(Poller poller) {
    this.poller = poller;
  }

  /**
   * Calls {@code ended} once, on a virtual thread, when the run is over; at once where it is over
   * already.
   */
  public void watch(ContainerProcess process, Runnable ended) throws KernelException {
    await(
        process.conmonPid(),
        process.conmonStartTime(),
        () -> awaitQuietly(process.pid(), process.startTime(), ended));
  }

  private void awaitQuietly(int pid, long startTime, Runnable ended) {
    try {
      await(pid, startTime, ended);
    } catch (KernelException e) {
      System.getLogger(ExitWatch.class.getName())
          .log(System.Logger.Level.ERROR, "cannot watch process " + pid, e);
      ended.run();
    }
  }

  private void await(int pid, long startTime, Runnable gone) throws KernelException {
    Optional<PidFd> process = PidFd.open(pid, startTime);
    if (process.isEmpty()) {
      Thread.ofVirtual().name("exit-" + pid).start(gone);
      return;
    }
    PidFd held = process.get();
    AtomicReference<Poller.Watch> watch = new AtomicReference<>();
    synchronized (watch) {
      watch.set(
          poller.watch(
              held.fd(),
              () ->
                  Thread.ofVirtual()
                      .name("exit-" + pid)
                      .start(
                          () -> {
                            synchronized (watch) {
                              Poller.Watch over = watch.get();
                              if (over != null) {
                                over.close();
                              }
                            }
                            held.close();
                            gone.run();
                          })));
    }
  }
}
