package dev.gantry.node.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process, held by a descriptor (pidfd_open(2)) so that its number can't come to mean another.
 */
public final class PidFd implements AutoCloseable {
  private static final int AT_FDCWD = -100;

  private final int pid;
  private final Fd fd;

  private PidFd(int pid, Fd fd) {
    this.pid = pid;
    this.fd = fd;
  }

  /** Empty where there is no such process. */
  public static Optional<PidFd> open(int pid) throws KernelException {
    long result = Syscall.PIDFD_OPEN.raw(pid, 0, 0, 0, 0);
    if (result == -Errno.ESRCH || result == -Errno.EINVAL) {
      return Optional.empty();
    }
    if (result < 0) {
      throw new KernelException("open", "process " + pid, (int) -result);
    }
    return Optional.of(new PidFd(pid, new Fd(result, "process " + pid)));
  }

  /**
   * The same process as before: empty where the number now means a process that started at another
   * time.
   *
   * @param startTime in clock ticks since boot (proc(5), stat, field 22)
   */
  public static Optional<PidFd> open(int pid, long startTime) throws KernelException {
    Optional<PidFd> found = open(pid);
    if (found.isPresent() && startTime(pid) != startTime) {
      found.get().close();
      return Optional.empty();
    }
    return found;
  }

  /** When a process started, in clock ticks since boot; -1 where there is none. */
  public static long startTime(int pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
    } catch (IOException _) {
      return -1;
    }
  }

  public int pid() {
    return pid;
  }

  public Fd fd() {
    return fd;
  }

  /** Sends a signal; answers false where the process has ended. */
  public boolean signal(int number) throws KernelException {
    long result = Syscall.PIDFD_SEND_SIGNAL.raw(fd.number(), number, 0, 0, 0);
    if (result == -Errno.ESRCH) {
      return false;
    }
    if (result < 0) {
      throw new KernelException("signal", "process " + pid, (int) -result);
    }
    return true;
  }

  /** One of its namespaces (namespaces(7)), held open; empty where the process has ended. */
  public Optional<Fd> namespace(String kind) throws KernelException {
    Fd namespace;
    try {
      namespace = RootedPaths.open(AT_FDCWD, "/proc/" + pid + "/ns/" + kind, 0, 0, 0);
    } catch (KernelException e) {
      if (signal(0)) {
        throw e;
      }
      return Optional.empty();
    }
    if (!signal(0)) {
      namespace.close();
      return Optional.empty();
    }
    return Optional.of(namespace);
  }

  @Override
  public void close() {
    fd.close();
  }
}
