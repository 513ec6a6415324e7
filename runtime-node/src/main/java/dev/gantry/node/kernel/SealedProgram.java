package dev.gantry.node.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of a program in memory that nobody can write to (memfd_create(2), fcntl(2) "File
 * Sealing"). An OCI runtime that is started from one knows that a container can't overwrite it, and
 * spares the copy of itself that it otherwise makes, and starts anew from, at each call. The copy
 * is as old as this process: a runtime that is upgraded is used from the node's next start on.
 */
public final class SealedProgram {
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;
  // F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE: the very set that runtimes look for.
  private static final int ALL_SEALS = 15;

  private SealedProgram() {}

  /** Copies a program; the path answered can be run as long as this process lives. */
  public static Path of(Path program) throws IOException {
    long number;
    try (Arena arena = Arena.ofConfined()) {
      number =
          Syscall.MEMFD_CREATE.call(
              program.toString(),
              arena.allocateFrom(String.valueOf(program.getFileName())).address(),
              MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    Fd memory = new Fd(number, "the copy of " + program);
    try {
      memory.write(Files.readAllBytes(program));
      Syscall.FCNTL.call(memory.subject(), memory.number(), F_ADD_SEALS, ALL_SEALS);
    } catch (IOException e) {
      memory.close();
      throw e;
    }
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + memory.number());
  }
}
