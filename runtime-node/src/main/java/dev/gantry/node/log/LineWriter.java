package dev.gantry.node.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Gives out lines as {@code docker logs} does: filtered, led by time and details, each ended. */
final class LineWriter {
  private final LogQuery query;
  private final LogOutput out;
  private final byte[] details;
  private final byte @Nullable [] since;
  private final byte @Nullable [] until;
  private boolean stdoutOpen;
  private boolean stderrOpen;

  LineWriter(LogQuery query, String details, LogOutput out) {
    this.query = query;
    this.out = out;
    this.details = query.details() ? (details + " ").getBytes(StandardCharsets.UTF_8) : new byte[0];
    this.since = query.since().map(LogQuery::stamp).orElse(null);
    this.until = query.until().map(LogQuery::stamp).orElse(null);
  }

  /**
   * Any line may have any time, since clocks are set: all are looked at. But who follows ends with
   * the first that is later than the query's end, and so does this say false.
   */
  boolean line(LogCursor record) throws IOException {
    byte[] bytes = record.bytes();
    int start = record.start();
    if (since != null && LogRecord.compareStamp(bytes, start, since) < 0) {
      return true;
    }
    if (until != null && LogRecord.compareStamp(bytes, start, until) > 0) {
      return !query.follow();
    }
    boolean isStderr = LogRecord.isStderr(bytes, start);
    if (isStderr ? !query.stderr() : !query.stdout()) {
      return true;
    }
    out.begin(isStderr);
    boolean open = isStderr ? stderrOpen : stdoutOpen;
    if (!open) {
      lead(bytes, start);
    }
    out.put(bytes, record.contentStart(), record.contentEnd());
    boolean full = LogRecord.isFull(bytes, start);
    if (full) {
      out.put('\n');
      out.endLine();
    }
    if (isStderr) {
      stderrOpen = !full;
    } else {
      stdoutOpen = !full;
    }
    return true;
  }

  /** A line that was never ended is shown as it was written, without an end. */
  void finish() throws IOException {
    out.flush();
  }

  private void lead(byte[] bytes, int start) throws IOException {
    if (query.timestamps()) {
      out.put(bytes, start, start + LogRecord.STAMP_LENGTH);
      out.put('Z');
      out.put(' ');
    }
    if (details.length > 0) {
      out.put(details);
    }
  }
}
