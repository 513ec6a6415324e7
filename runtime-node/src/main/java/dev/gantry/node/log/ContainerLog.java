package dev.gantry.node.log;

import dev.gantry.node.kernel.Holes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The output of one container, read from the file that conmon writes.
 *
 * <p>Both {@code logs} and {@code attach} read here, each at its own pace: a reader that is slow or
 * stands still costs neither memory nor the container's progress, and a reader that comes late
 * misses nothing.
 */
public final class ContainerLog {
  /** From so much backlog on, many lines share one frame. */
  private static final long COALESCE_FROM = 256 * 1024;

  private static final int TELL_EVERY = 4096;

  private final Path file;

  public ContainerLog(Path file) {
    this.file = file;
  }

  /** The size of the file, zero while there is none. */
  public long size() throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  /**
   * Writes the lines that the query asks for, as {@code docker logs} has them.
   *
   * @param raw without frames, as for a container with a terminal
   * @param details what leads each line when the query wants details
   */
  public void read(LogQuery query, boolean raw, String details, Growth growth, OutputStream target)
      throws IOException, InterruptedException {
    LogOutput out = new LogOutput(target, !raw);
    LineWriter writer = new LineWriter(query, details, out);
    try (FileChannel channel = open(growth, query.follow())) {
      if (channel == null) {
        out.flush();
        return;
      }
      long size = channel.size();
      long first = Math.min(Holes.end(file), size);
      long from = first;
      if (query.tail().isPresent()) {
        from = LogSeek.tail(channel, first, size, query.tail().getAsLong());
      }
      if (from == first) {
        from = before(first);
      }
      long limit = query.follow() ? Long.MAX_VALUE : size;
      copy(channel, from, limit, writer::line, query.follow() ? growth : Growth.NONE, out);
      writer.finish();
    }
  }

  /** Where what is left of the file begins, for {@link #replay}. */
  public long begin() throws IOException {
    return before(Holes.end(file));
  }

  /** A step back into the hole: what comes behind it is not taken for a record. */
  private static long before(long first) {
    return Math.max(first - 1, 0);
  }

  /**
   * Opens the file, made where it is not there yet: who has it open before a container starts loses
   * nothing, even when the container is removed before the first read.
   */
  public FileChannel openEarly() throws IOException {
    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /**
   * Writes the very bytes that the container wrote after {@code offset} of the file, until it has
   * ended.
   */
  public void replay(
      long offset, boolean stdout, boolean stderr, boolean raw, Growth growth, OutputStream target)
      throws IOException, InterruptedException {
    try (FileChannel channel = open(growth, true)) {
      if (channel != null) {
        replay(channel, offset, stdout, stderr, raw, growth, target);
      }
    }
  }

  /** The same from a file that is open already. */
  public static void replay(
      FileChannel channel,
      long offset,
      boolean stdout,
      boolean stderr,
      boolean raw,
      Growth growth,
      OutputStream target)
      throws IOException, InterruptedException {
    LogOutput out = new LogOutput(target, !raw);
    copy(channel, offset, Long.MAX_VALUE, new ByteWriter(stdout, stderr, out), growth, out);
  }

  private static void copy(
      FileChannel channel, long from, long limit, Consumer each, Growth growth, LogOutput out)
      throws IOException, InterruptedException {
    LogCursor cursor = new LogCursor(channel, from);
    long records = 0;
    while (true) {
      boolean last = growth.ended();
      out.coalesce(Math.min(limit, channel.size()) - cursor.position() > COALESCE_FROM);
      while (cursor.position() < limit && cursor.next()) {
        if (!each.accept(cursor)) {
          out.flush();
          return;
        }
        if (++records % TELL_EVERY == 0) {
          growth.consumed(cursor.position());
        }
      }
      out.flush();
      growth.consumed(cursor.position());
      if (last || cursor.position() >= limit || !growth.await(channel.size())) {
        return;
      }
    }
  }

  /** Null where there is no file and, as far as can be known, none will come. */
  private @Nullable FileChannel open(Growth growth, boolean follow)
      throws IOException, InterruptedException {
    while (true) {
      boolean last = !follow || growth.ended();
      try {
        return FileChannel.open(file, StandardOpenOption.READ);
      } catch (NoSuchFileException _) {
        if (last || !growth.await(0)) {
          return null;
        }
      }
    }
  }

  /** Takes one record; false when nothing more is wanted. */
  @FunctionalInterface
  interface Consumer {
    boolean accept(LogCursor record) throws IOException;
  }
}
