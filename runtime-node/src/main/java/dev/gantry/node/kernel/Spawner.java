package dev.gantry.node.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts programs by posix_spawn(3), quicker than the JDK and with control of what they inherit:
 * standard input is {@code /dev/null}, the outputs are a pipe or {@code /dev/null}, descriptor 3 is
 * a pipe where it is asked for, and everything else is closed.
 */
public final class Spawner {
  private static final long FILE_ACTIONS_BYTES = 128;
  private static final long ATTRIBUTES_BYTES = 512;
  private static final long SIGSET_BYTES = 128;
  private static final int O_RDWR = 2;
  private static final int SETSIGMASK = 0x08;
  private static final int SETSIGDEF = 0x04;

  /** A session of its own tells what came of a program, and no terminal of ours signals it. */
  private static final int SETSID = 0x80;

  /** The descriptor that a program of {@link #runReporting} holds for us. */
  public static final int HELD = 4;

  private static final int MAX_OUTPUT = 1 << 20;
  static final int SIGKILL = 9;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** In place of an exit code that could not be had. */
  static final int LOST = 255;

  private static final MethodHandle SPAWNP = Libc.ofPointers("posix_spawnp", 6);
  private static final MethodHandle ACTIONS_INIT =
      Libc.ofPointers("posix_spawn_file_actions_init", 1);
  private static final MethodHandle ACTIONS_DESTROY =
      Libc.ofPointers("posix_spawn_file_actions_destroy", 1);
  private static final MethodHandle ADD_DUP2 =
      Libc.function(
          "posix_spawn_file_actions_adddup2",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle ADD_OPEN =
      Libc.function(
          "posix_spawn_file_actions_addopen",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle ADD_CLOSEFROM =
      Libc.function(
          "posix_spawn_file_actions_addclosefrom_np",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle ATTR_INIT = Libc.ofPointers("posix_spawnattr_init", 1);
  private static final MethodHandle ATTR_DESTROY = Libc.ofPointers("posix_spawnattr_destroy", 1);
  private static final MethodHandle ATTR_FLAGS =
      Libc.function(
          "posix_spawnattr_setflags", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_SHORT));
  private static final MethodHandle ATTR_SIGMASK = Libc.ofPointers("posix_spawnattr_setsigmask", 2);
  private static final MethodHandle ATTR_SIGDEF =
      Libc.ofPointers("posix_spawnattr_setsigdefault", 2);
  private static final MethodHandle SIGFILLSET = Libc.ofPointers("sigfillset", 1);

  private Spawner() {}

  /** How a program ended, and what it wrote; both outputs together, at most a mebibyte. */
  public record Output(int exitCode, String text) {}

  /** Runs a program to its end, of which it has a minute. */
  public static Output run(List<String> command, Map<String, String> environment)
      throws KernelException {
    return run(command, environment, LONGEST);
  }

  /**
   * Runs a program to its end; one that takes longer than {@code longest}, from its last output on,
   * is killed, which is a failure with {@code ETIMEDOUT}.
   */
  static Output run(List<String> command, Map<String, String> environment, Duration longest)
      throws KernelException {
    return Blocking.call(
        () -> {
          Pipe pipe = Pipe.open();
          try (Fd reader = pipe.reader()) {
            int pid;
            try (Fd writer = pipe.writer()) {
              pid = spawn(command, environment, new int[] {-1, writer.number(), writer.number()});
            }
            byte[] output = orKilled(pid, () -> readAll(reader, longest));
            return new Output(awaitHere(pid), new String(output, StandardCharsets.UTF_8));
          }
        });
  }

  private interface Reading<T> {
    T read() throws KernelException;
  }

  /** Reads what a program says; where that fails, it will not be waited for any longer. */
  private static <T> T orKilled(int pid, Reading<T> reading) throws KernelException {
    try {
      return reading.read();
    } catch (KernelException e) {
      kill(pid);
      throw e;
    }
  }

  /** Ends a child at once and waits for it. */
  static void kill(int pid) throws KernelException {
    Optional<PidFd> process = PidFd.open(pid);
    if (process.isPresent()) {
      try (PidFd held = process.get()) {
        boolean _ = held.signal(SIGKILL);
      }
    }
    int _ = awaitHere(pid);
  }

  /**
   * Runs a program that reports by one line on descriptor 3 and then leaves its work to a child, as
   * conmon does.
   *
   * @param held what the program and its child have as descriptor {@link #HELD}, and keep open
   *     while they live; null for nothing
   * @return the line, without its newline; empty where the program ended without one
   */
  public static String runReporting(
      List<String> command, Map<String, String> environment, @Nullable Fd held)
      throws KernelException {
    return Blocking.call(
        () -> {
          Pipe report = Pipe.open();
          try (Fd reader = report.reader()) {
            int pid;
            try (Fd writer = report.writer()) {
              int[] fds = {-1, -1, -1, writer.number()};
              if (held != null) {
                fds = Arrays.copyOf(fds, HELD + 1);
                fds[HELD] = held.number();
              }
              pid = spawn(command, environment, fds);
            }
            String line = orKilled(pid, () -> readLine(reader, LONGEST));
            awaitHere(pid);
            return line;
          }
        });
  }

  /** Waits for a child to end: its exit code, or 128 and the signal that ended it. */
  static int awaitHere(int pid) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(JAVA_INT);
      Syscall.WAIT4.call("process " + pid, pid, status.address(), 0, 0);
      int value = status.get(JAVA_INT, 0);
      return (value & 0x7f) == 0 ? (value >> 8) & 0xff : 128 + (value & 0x7f);
    }
  }

  /**
   * Starts a program; it has to be waited for by {@link #awaitHere}.
   *
   * @param fds what descriptors 0, 1, 2 … of the program are; -1 is {@code /dev/null}
   */
  static int spawn(List<String> command, Map<String, String> environment, int[] fds)
      throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(FILE_ACTIONS_BYTES, 8);
      MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, 8);
      MemorySegment pid = arena.allocate(JAVA_INT);
      MemorySegment devNull = arena.allocateFrom("/dev/null");
      check((int) ACTIONS_INIT.invokeExact(actions), command);
      check((int) ATTR_INIT.invokeExact(attributes), command);
      try {
        resetSignals(arena, attributes, command);
        for (int fd = 0; fd < fds.length; fd++) {
          check(
              fds[fd] < 0
                  ? (int) ADD_OPEN.invokeExact(actions, fd, devNull, O_RDWR, 0)
                  : (int) ADD_DUP2.invokeExact(actions, fds[fd], fd),
              command);
        }
        check((int) ADD_CLOSEFROM.invokeExact(actions, fds.length), command);
        MemorySegment file = arena.allocateFrom(command.getFirst());
        MemorySegment argv = strings(arena, command);
        MemorySegment envp =
            strings(
                arena,
                environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
        check((int) SPAWNP.invokeExact(pid, file, actions, attributes, argv, envp), command);
      } finally {
        int _ = (int) ACTIONS_DESTROY.invokeExact(actions);
        int _ = (int) ATTR_DESTROY.invokeExact(attributes);
      }
      return pid.get(JAVA_INT, 0);
    } catch (KernelException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The JVM blocks and catches signals that a program expects to have their defaults. */
  private static void resetSignals(Arena arena, MemorySegment attributes, List<String> command)
      throws Throwable {
    MemorySegment none = arena.allocate(SIGSET_BYTES, 8);
    MemorySegment all = arena.allocate(SIGSET_BYTES, 8);
    int _ = (int) SIGFILLSET.invokeExact(all);
    check((int) ATTR_SIGMASK.invokeExact(attributes, none), command);
    check((int) ATTR_SIGDEF.invokeExact(attributes, all), command);
    check(
        (int) ATTR_FLAGS.invokeExact(attributes, (short) (SETSIGMASK | SETSIGDEF | SETSID)),
        command);
  }

  private static void check(int error, List<String> command) throws KernelException {
    if (error != 0) {
      throw new KernelException("run", command.getFirst(), error);
    }
  }

  private static MemorySegment strings(Arena arena, List<String> values) {
    MemorySegment array = arena.allocate(ADDRESS, values.size() + 1L);
    for (int i = 0; i < values.size(); i++) {
      array.setAtIndex(ADDRESS, i, arena.allocateFrom(values.get(i)));
    }
    array.setAtIndex(ADDRESS, values.size(), MemorySegment.NULL);
    return array;
  }

  private static byte[] readAll(Fd reader, Duration longest) throws KernelException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(16384);
      for (int n = reader.read(buffer, longest); n > 0; n = reader.read(buffer, longest)) {
        if (all.size() < MAX_OUTPUT) {
          all.writeBytes(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
        }
      }
    }
    return all.toByteArray();
  }

  private static String readLine(Fd reader, Duration longest) throws KernelException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096);
      for (int n = reader.read(buffer, longest); n > 0; n = reader.read(buffer, longest)) {
        line.writeBytes(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
        if (buffer.get(ValueLayout.JAVA_BYTE, n - 1) == '\n' || line.size() > MAX_OUTPUT) {
          break;
        }
      }
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }
}
