package dev.gantry.node.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * System calls by number through syscall(2): one handle for all. Numbers are those of x86-64 and
 * arm64; from 424 on all architectures agree.
 */
enum Syscall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  WAIT4(61, 260),
  EPOLL_CTL(233, 21),
  EPOLL_PWAIT(281, 22),
  EPOLL_CREATE1(291, 20),
  LSEEK(8, 62),
  FTRUNCATE(77, 46),
  FALLOCATE(285, 47),
  FCNTL(72, 25),
  PPOLL(271, 73),
  PIPE2(293, 59),
  EVENTFD2(290, 19),
  SOCKET(41, 198),
  CONNECT(42, 203),
  BIND(49, 200),
  LISTEN(50, 201),
  ACCEPT4(288, 242),
  SENDTO(44, 206),
  RECVFROM(45, 207),
  SHUTDOWN(48, 210),
  MKNODAT(259, 33),
  FCHOWNAT(260, 54),
  MKDIRAT(258, 34),
  UNLINKAT(263, 35),
  RENAMEAT(264, 38),
  LINKAT(265, 37),
  SYMLINKAT(266, 36),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  MEMFD_CREATE(319, 279),
  SYNCFS(306, 267),
  SETXATTR(188, 5),
  LGETXATTR(192, 9),
  GETDENTS64(217, 61),
  READLINKAT(267, 78),
  FSTATFS(138, 44),
  STATX(332, 291),
  LLISTXATTR(195, 12),
  UNSHARE(272, 97),
  FCHDIR(81, 50),
  PIVOT_ROOT(155, 41),
  UTIMENSAT(280, 88),
  SETNS(308, 268),
  PIDFD_SEND_SIGNAL(424, 424),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  PIDFD_OPEN(434, 434),
  OPENAT2(437, 437),
  PIDFD_GETFD(438, 438),
  MOUNT_SETATTR(442, 442),
  FCHMODAT2(452, 452);

  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1),
              Linker.Option.captureCallState("errno"));

  private final long number;

  Syscall(int x86, int arm) {
    this.number = System.getProperty("os.arch", "").equals("aarch64") ? arm : x86;
  }

  /** Calls and answers the result, or minus the error number. */
  long raw(long a, long b, long c, long d, long e) {
    return raw(a, b, c, d, e, 0);
  }

  long raw(long a, long b, long c, long d, long e, long f) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURE);
      long result = (long) CALL.invokeExact(state, number, a, b, c, d, e, f);
      return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (RuntimeException | Error e2) {
      throw e2;
    } catch (Throwable e2) {
      throw new IllegalStateException(e2);
    }
  }

  /** Calls and throws where it fails; EINTR is tried again. */
  long call(String subject, long a, long b, long c, long d, long e) throws KernelException {
    while (true) {
      long result = raw(a, b, c, d, e);
      if (result >= 0) {
        return result;
      }
      if (result != -Errno.EINTR) {
        throw new KernelException(verb(), subject, (int) -result);
      }
    }
  }

  long call(String subject, long a, long b, long c, long d) throws KernelException {
    return call(subject, a, b, c, d, 0);
  }

  long call(String subject, long a, long b, long c) throws KernelException {
    return call(subject, a, b, c, 0, 0);
  }

  long call(String subject, long a, long b) throws KernelException {
    return call(subject, a, b, 0, 0, 0);
  }

  long call(String subject, long a) throws KernelException {
    return call(subject, a, 0, 0, 0, 0);
  }

  private String verb() {
    return name().toLowerCase(Locale.ROOT);
  }
}
