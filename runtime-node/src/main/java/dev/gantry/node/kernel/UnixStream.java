package dev.gantry.node.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a unix socket, for one thread that reads and one that writes. Who waits holds no
 * thread of the system.
 */
public final class UnixStream implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int SHUT_WR = 1;
  private static final int SHUT_RDWR = 2;
  private static final Duration FOR_EVER = Duration.ofDays(36500);

  private final Poller poller;
  private final Fd in;
  private final Fd out;
  private final Semaphore readable = new Semaphore(0);
  private final Semaphore writable = new Semaphore(0);
  private Poller.@Nullable Watch input;
  private Poller.@Nullable Watch output;

  private UnixStream(Poller poller, Fd in, Fd out) {
    this.poller = poller;
    this.in = in;
    this.out = out;
  }

  /** Takes over a descriptor that does not block. */
  static UnixStream over(Poller poller, Fd connection) throws KernelException {
    try {
      // The poller watches a descriptor for one thing only.
      long second =
          Syscall.FCNTL.call(connection.subject(), connection.number(), F_DUPFD_CLOEXEC, 0);
      return new UnixStream(poller, connection, new Fd(second, connection.subject()));
    } catch (KernelException e) {
      connection.close();
      throw e;
    }
  }

  /** Reads what comes next; -1 at the end. */
  public int read(byte[] target) throws IOException {
    return read(target, FOR_EVER);
  }

  /** The same; fails where nothing comes in time. */
  public int read(byte[] target, Duration longest) throws IOException {
    while (true) {
      int count = in.readReady(target, 0);
      if (count >= 0) {
        return count == 0 ? -1 : count;
      }
      if (input == null) {
        input = poller.watch(in, readable::release);
      } else {
        input.arm();
      }
      await(readable, longest);
    }
  }

  /** Writes all, waiting for room. */
  public void write(byte[] source, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = out.writeReady(source, offset + done, length - done);
      done += count;
      if (count == 0) {
        if (output == null) {
          output = poller.watchRoom(out, writable::release);
        } else {
          output.arm();
        }
        await(writable, FOR_EVER);
      }
    }
  }

  private static void await(Semaphore change, Duration longest) throws IOException {
    try {
      if (!change.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("nothing came within " + longest);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The other side reads to here and no further. */
  public void endOutput() {
    long unused = Syscall.SHUTDOWN.raw(out.number(), SHUT_WR, 0, 0, 0);
  }

  /** Ends both directions, also under who reads or writes; what is open is still to be closed. */
  public void end() {
    long unused = Syscall.SHUTDOWN.raw(out.number(), SHUT_RDWR, 0, 0, 0);
  }

  /** Only when nobody reads or writes any more: the number may be another file's at once. */
  @Override
  public void close() {
    if (input != null) {
      input.close();
    }
    if (output != null) {
      output.close();
    }
    in.close();
    out.close();
  }
}
