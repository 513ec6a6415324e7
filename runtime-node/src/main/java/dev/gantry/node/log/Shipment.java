package dev.gantry.node.log;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.LogBatch;
import dev.gantry.node.kernel.Holes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One container's output on its way to log-service: what was read, what the broker has
 * acknowledged, and what of that is remembered on disk. After a crash it goes on from what is
 * remembered; the offsets in each batch let the reader drop what it has.
 */
final class Shipment {
  private static final int BATCH_BYTES = 256 * 1024;
  private static final int BATCH_ENTRIES = 4096;

  private final ContainerId container;
  private final TeamId team;
  private volatile Path log;
  private volatile Path offsetFile;
  private volatile boolean removed;
  private volatile boolean ended;
  private volatile boolean refused;
  private volatile long skip;
  private long read;
  private boolean lastSent;
  private volatile long acknowledged;
  private volatile boolean lastAcknowledged;
  private long remembered;

  Shipment(ContainerId container, TeamId team, Path log, Path offsetFile) throws IOException {
    this.container = container;
    this.team = team;
    this.log = log;
    this.offsetFile = offsetFile;
    this.remembered = readOffset(offsetFile);
    this.read = remembered;
    this.acknowledged = remembered;
    if (Files.exists(log)) {
      skipTo(Holes.end(log));
    }
  }

  ContainerId container() {
    return container;
  }

  TeamId team() {
    return team;
  }

  /** The container is gone; what is left of its output is at another place now. */
  void removed(Path newLog, Path newOffsetFile) {
    log = newLog;
    offsetFile = newOffsetFile;
    removed = true;
  }

  boolean isRemoved() {
    return removed;
  }

  /** Whether everything is acknowledged that there is now. */
  boolean isDrained() throws IOException {
    long size = size();
    return removed ? lastAcknowledged : acknowledged >= size && read >= size;
  }

  private long size() throws IOException {
    try {
      return Files.size(log);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  /** What is before {@code offset} was given up: log-service will see a gap. */
  final synchronized void skipTo(long offset) {
    skip = Math.max(skip, offset);
  }

  /** Up to where the broker has the output. */
  long acknowledged() {
    return acknowledged;
  }

  /** The next batch, if there is output that was not read yet. */
  Optional<LogBatch> next(NodeId node) throws IOException {
    if (refused) {
      refused = false;
      read = acknowledged;
      lastSent = false;
    }
    if (read < skip) {
      read = skip;
      acknowledged = Math.max(acknowledged, skip);
    }
    boolean noMore = removed;
    if (size() <= read && !(noMore && !lastSent)) {
      return Optional.empty();
    }
    long from = read;
    List<LogBatch.Entry> entries = new ArrayList<>();
    long position = from;
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      LogCursor cursor = new LogCursor(channel, from);
      while (position - from < BATCH_BYTES && entries.size() < BATCH_ENTRIES && cursor.next()) {
        entries.add(entry(cursor, (int) (cursor.position() - position)));
        position = cursor.position();
      }
    } catch (NoSuchFileException _) {
      position = from;
    }
    boolean last = noMore && position - from < BATCH_BYTES && entries.size() < BATCH_ENTRIES;
    if (entries.isEmpty() && !last) {
      return Optional.empty();
    }
    read = position;
    lastSent = last;
    return Optional.of(new LogBatch(container, team, node, from, position, last, entries));
  }

  private static LogBatch.Entry entry(LogCursor cursor, int size) {
    byte[] bytes = cursor.bytes();
    boolean full = LogRecord.isFull(bytes, cursor.start());
    int length = cursor.contentEnd() - cursor.contentStart();
    byte[] content = new byte[full ? length + 1 : length];
    System.arraycopy(bytes, cursor.contentStart(), content, 0, length);
    if (full) {
      content[length] = '\n';
    }
    return new LogBatch.Entry(
        LogRecord.isStderr(bytes, cursor.start()) ? 2 : 1,
        !full,
        Stamps.nanos(bytes, cursor.start()),
        size,
        content);
  }

  /** The broker has this batch; batches are acknowledged in the order in which they were sent. */
  void acknowledge(LogBatch batch) {
    acknowledged = batch.nextOffset();
    if (batch.last()) {
      lastAcknowledged = true;
    }
  }

  /** A batch was refused for good: what is not acknowledged will be read again. */
  void rewind() {
    refused = true;
  }

  /** Nothing is written any more until the container is started again. */
  void ended(boolean now) {
    ended = now;
  }

  boolean isEnded() {
    return ended;
  }

  /** Writes down what is acknowledged, if that has grown. */
  void remember() throws IOException {
    long now = acknowledged;
    if (now == remembered) {
      return;
    }
    Path beside = offsetFile.resolveSibling(offsetFile.getFileName() + ".new");
    try {
      Files.writeString(beside, Long.toString(now));
      Files.move(beside, offsetFile, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException _) {
      return; // the folder was removed meanwhile; its successor is written next time
    }
    remembered = now;
  }

  private static long readOffset(Path file) throws IOException {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (NoSuchFileException | NumberFormatException _) {
      return 0;
    }
  }
}
