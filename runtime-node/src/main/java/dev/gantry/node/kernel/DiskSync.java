package dev.gantry.node.kernel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/**
 * Waits until everything written to a file system is on the disk (syncfs(2)). Who asks while a call
 * is under way shares the next one with all who ask meanwhile.
 */
public final class DiskSync {
  private static final int AT_FDCWD = -100;
  private static final int O_DIRECTORY =
      System.getProperty("os.arch", "").equals("aarch64") ? 0x4000 : 0x10000;

  private final Path folder;
  private long begun;
  private long done;
  private boolean running;

  /**
   * @param folder of the file system
   */
  public DiskSync(Path folder) {
    this.folder = folder;
  }

  /** Returns when all that was written before is on the disk. */
  public void await() throws IOException {
    long mine;
    synchronized (this) {
      long enough = begun + 1;
      while (running && done < enough) {
        waitForNext();
      }
      if (done >= enough) {
        return;
      }
      running = true;
      mine = ++begun;
    }
    boolean synced = false;
    try {
      sync();
      synced = true;
    } finally {
      end(mine, synced);
    }
  }

  private synchronized void end(long call, boolean synced) {
    running = false;
    if (synced) {
      done = call;
    }
    notifyAll();
  }

  private void waitForNext() throws IOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the disk was written to");
    }
  }

  private void sync() throws KernelException {
    try (Fd file = RootedPaths.open(AT_FDCWD, folder.toString(), O_DIRECTORY, 0, 0)) {
      Syscall.SYNCFS.call(folder.toString(), file.number());
    }
  }
}
