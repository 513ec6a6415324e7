package dev.gantry.node.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** File systems in memory that several containers share (tmpfs(5)). */
public final class SharedMemory {
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;
  private static final int MS_NOEXEC = 8;

  private SharedMemory() {}

  /** A new and empty one; what an earlier run left there is let go. */
  public static void create(Path folder, long bytes) throws IOException {
    Files.createDirectories(folder);
    Mounts.unmount(folder);
    try (Arena arena = Arena.ofConfined()) {
      Syscall.MOUNT.call(
          "shared memory on " + folder,
          Mounts.text(arena, "shm").address(),
          Mounts.text(arena, folder.toString()).address(),
          Mounts.text(arena, "tmpfs").address(),
          MS_NOSUID | MS_NODEV | MS_NOEXEC,
          Mounts.text(arena, "mode=1777,size=" + bytes).address());
    }
  }

  /** Lets go of it; who has it mounted keeps it. Absent is well. */
  public static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      Mounts.unmount(folder);
      Files.deleteIfExists(folder);
    }
  }
}
