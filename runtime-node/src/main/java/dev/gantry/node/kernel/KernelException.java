package dev.gantry.node.kernel;

import java.io.IOException;

/** A system call failed: which, on what, and the error number (errno(3)). */
public final class KernelException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  KernelException(String call, String subject, int errno) {
    super("cannot %s %s: %s".formatted(call, subject, Errno.text(errno)));
    this.errno = errno;
  }

  public int errno() {
    return errno;
  }

  /** What the error number means, without what was tried. */
  public String reason() {
    return Errno.text(errno);
  }

  public boolean is(int other) {
    return errno == other;
  }

  /** Whether the host is short of something, so that nothing is wrong with what was asked. */
  public boolean isShortage() {
    return is(Errno.ENOSPC) || is(Errno.EIO) || is(Errno.ENOMEM) || is(Errno.EMFILE);
  }

  /** Whether what a folder had was removed or replaced since the folder was read. */
  public boolean isGone() {
    return is(Errno.ENOENT) || is(Errno.ENOTDIR) || is(Errno.ELOOP);
  }
}
