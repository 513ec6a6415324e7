package dev.gantry.node.kernel;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child of this process whose standard streams are pipes. Nothing here holds a thread while there
 * is nothing to do: one {@link Poller} waits for the output, the room for input and the end of all.
 */
public final class PipedProgram implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PipedProgram.class);

  private final Poller poller;
  private final PidFd process;
  private final Output out;
  private final Output err;
  private final @Nullable Input in;
  private final Semaphore changes = new Semaphore(0);
  private boolean reaped;

  private PipedProgram(Poller poller, PidFd process, Fd out, Fd err, @Nullable Fd in)
      throws KernelException {
    this.poller = poller;
    this.process = process;
    this.out = new Output(out);
    this.err = new Output(err);
    this.in = in == null ? null : new Input(in);
  }

  /**
   * Starts a program.
   *
   * @param input whether it has an input that can be written to; else that is {@code /dev/null}
   * @param ended is told the exit code once, on a virtual thread: 128 and the signal where one
   *     ended it
   */
  public static PipedProgram start(
      Poller poller,
      List<String> command,
      Map<String, String> environment,
      boolean input,
      IntConsumer ended)
      throws KernelException {
    PipedProgram program = Blocking.call(() -> spawn(poller, command, environment, input));
    try {
      program.awaitEnd(ended);
      return program;
    } catch (KernelException e) {
      // A program whose end would not be seen must not go on.
      program.close();
      program.process.close();
      Spawner.kill(program.process.pid());
      throw e;
    }
  }

  private static PipedProgram spawn(
      Poller poller, List<String> command, Map<String, String> environment, boolean input)
      throws KernelException {
    Pipe out = Pipe.open();
    Pipe err = null;
    Pipe in = null;
    int pid = 0;
    try {
      err = Pipe.open();
      in = input ? Pipe.open() : null;
      out.reader().unblock();
      err.reader().unblock();
      if (in != null) {
        in.writer().unblock();
      }
      pid =
          Spawner.spawn(
              command,
              environment,
              new int[] {
                in == null ? -1 : in.reader().number(), out.writer().number(), err.writer().number()
              });
      out.writer().close();
      err.writer().close();
      if (in != null) {
        in.reader().close();
      }
      // A child that nobody has waited for is always there to be opened.
      PidFd process = PidFd.open(pid).orElseThrow();
      return new PipedProgram(
          poller, process, out.reader(), err.reader(), in == null ? null : in.writer());
    } catch (KernelException | RuntimeException e) {
      out.close();
      if (err != null) {
        err.close();
      }
      if (in != null) {
        in.close();
      }
      if (pid > 0) {
        Spawner.kill(pid);
      }
      throw e;
    }
  }

  private void awaitEnd(IntConsumer ended) throws KernelException {
    Poller.Watch[] watch = new Poller.Watch[1];
    synchronized (watch) {
      watch[0] =
          poller.watch(
              process.fd(),
              () ->
                  Thread.ofVirtual()
                      .name("exit-" + process.pid())
                      .start(
                          () -> {
                            synchronized (watch) {
                              watch[0].close();
                            }
                            reap(ended);
                          }));
    }
  }

  private void reap(IntConsumer ended) {
    int code = Spawner.LOST;
    try {
      code = Spawner.awaitHere(process.pid());
    } catch (KernelException e) {
      log.warn("the exit code of process {} is lost: {}", process.pid(), e.getMessage());
    }
    synchronized (process) {
      reaped = true;
      process.close();
    }
    ended.accept(code);
    changes.release();
  }

  /** What a program writes to one of its outputs. */
  public final class Output {
    private final Fd fd;
    private final Poller.Watch watch;

    private Output(Fd fd) throws KernelException {
      this.fd = fd;
      this.watch = poller.watch(fd, changes::release);
    }

    /**
     * Reads what is there, without waiting; where nothing is, {@link #await} tells of more.
     *
     * @return how many bytes were read into {@code target} from {@code offset} on; 0 where there is
     *     nothing now, or nothing more
     */
    public int read(byte[] target, int offset) throws KernelException {
      int count = fd.readReady(target, offset);
      if (count < 0) {
        watch.arm();
      }
      return Math.max(0, count);
    }

    private void close() {
      watch.close();
      fd.close();
    }
  }

  /** The way to a program's input. */
  public final class Input {
    private final Fd fd;
    private final Semaphore room = new Semaphore(0);
    private Poller.@Nullable Watch watch;
    private volatile boolean ended;

    private Input(Fd fd) {
      this.fd = fd;
    }

    /** Writes all of it, waiting for room; fails where the program will not read it. */
    public void write(byte[] bytes, int length) throws IOException {
      for (int at = 0; at < length; ) {
        if (ended) {
          throw new IOException("the input of process " + process.pid() + " has ended");
        }
        int count = writeReady(bytes, at, length - at);
        if (count == 0) {
          awaitRoom();
        }
        at += count;
      }
    }

    private synchronized int writeReady(byte[] bytes, int at, int length) throws IOException {
      if (ended) {
        return 0;
      }
      int count = fd.writeReady(bytes, at, length);
      if (count == 0) {
        Poller.Watch armed = watch;
        if (armed == null) {
          watch = poller.watchRoom(fd, room::release);
        } else {
          armed.arm();
        }
      }
      return count;
    }

    private void awaitRoom() throws IOException {
      try {
        room.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    /** Nothing more will be written: the program sees the end. */
    public synchronized void end() {
      if (!ended) {
        ended = true;
        if (watch != null) {
          watch.close();
        }
        fd.close();
        room.release();
      }
    }
  }

  public Output out() {
    return out;
  }

  public Output err() {
    return err;
  }

  /** Null where the program has none. */
  public @Nullable Input in() {
    return in;
  }

  /** Waits until there may be more output, or the end. */
  public void await() throws InterruptedException {
    changes.acquire();
    changes.drainPermits();
  }

  /** As {@link #await()}, not longer than so many milliseconds. */
  public void await(long milliseconds) throws InterruptedException {
    var unused = changes.tryAcquire(milliseconds, TimeUnit.MILLISECONDS);
    changes.drainPermits();
  }

  /** Ends an {@link #await()} that somebody is in, or the next. */
  public void wake() {
    changes.release();
  }

  /** Kills the program itself; one that has ended already is no error. */
  public void kill() throws KernelException {
    synchronized (process) {
      boolean unused = !reaped && process.signal(Spawner.SIGKILL);
    }
  }

  /** Closes the streams; the program itself is waited for until it ends. */
  @Override
  public void close() {
    out.close();
    err.close();
    if (in != null) {
      in.end();
    }
  }
}
