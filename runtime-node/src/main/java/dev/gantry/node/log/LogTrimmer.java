package dev.gantry.node.log;

import dev.gantry.node.kernel.Holes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Gives the beginning of a container's log file back to the disk when there is more than its limit.
 * Offsets stay as they are: conmon writes on, who reads or ships goes on where it was.
 */
public final class LogTrimmer {
  private static final int BLOCK = 4096;

  /** The part of the limit that is given back at once, so that not every line does it. */
  private static final int SHARE = 8;

  private final long unshippedLimit;

  /**
   * @param unshippedLimit bytes that are kept beyond a container's limit at most, while log-service
   *     has not got them or an attached client has not read them
   */
  public LogTrimmer(long unshippedLimit) {
    this.unshippedLimit = unshippedLimit;
  }

  /**
   * Trims a file.
   *
   * @param done up to where log-service has it, and all who are attached
   * @return where its content begins now
   */
  public long trim(Path file, LogLimit limit, long done) throws IOException {
    long size;
    try {
      size = Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    }
    // Cheap for the many that have not even grown to their limit.
    if (size <= limit.bytes()) {
      return 0;
    }
    long begin = Holes.end(file);
    if (size - begin <= limit.bytes()) {
      return begin;
    }
    long wanted = size - limit.bytes() + limit.bytes() / SHARE;
    long kept = Math.max(Math.min(wanted, done), size - Math.max(limit.bytes(), unshippedLimit));
    long until = kept / BLOCK * BLOCK;
    if (until <= begin) {
      return begin;
    }
    Holes.punch(file, until);
    return until;
  }
}
