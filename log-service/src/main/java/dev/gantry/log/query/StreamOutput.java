package dev.gantry.log.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.StreamFrame;
import dev.gantry.log.chunk.Line;
import dev.gantry.log.index.Gap;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes lines as the Engine API's multiplexed stream, a frame a line, each led by its time where
 * that is asked for. Missing output is shown on stderr.
 */
public final class StreamOutput implements LogReader.Sink {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);
  private static final long NANOS = 1_000_000_000L;
  private static final int STAMP_LENGTH = 31;

  private final OutputStream out;
  private final LogQuery query;
  private final byte[] buffer = new byte[64 << 10];
  private final byte[] stamp = new byte[STAMP_LENGTH];
  private long stampedSecond = Long.MIN_VALUE;
  private final boolean[] open = new boolean[3];
  private int length;

  public StreamOutput(OutputStream out, LogQuery query) {
    this.out = out;
    this.query = query;
    stamp[STAMP_LENGTH - 2] = 'Z';
    stamp[STAMP_LENGTH - 1] = ' ';
  }

  @Override
  public boolean line(Line line) throws IOException {
    if (line.timeNanos() > query.untilNanos()) {
      return false;
    }
    if (query.wants(line)) {
      boolean stamped = query.timestamps() && !open[line.stream()];
      header(line.stream(), line.bytes().length + (stamped ? STAMP_LENGTH : 0));
      if (stamped) {
        setStamp(line.timeNanos());
        put(stamp);
      }
      put(line.bytes());
      open[line.stream()] = line.partial();
    }
    return true;
  }

  @Override
  public void gap(Gap gap) throws IOException {
    if (query.stderr()) {
      frame(StreamFrame.STDERR, (gap.text() + "\n").getBytes(UTF_8));
    }
  }

  /** Tells a failure in the stream, as the status is long sent. */
  public void failure(String text) throws IOException {
    frame(StreamFrame.SYSTEM_ERROR, text.getBytes(UTF_8));
    flush();
  }

  /** An empty frame: clients pass over it, and a client that has left is noticed. */
  public void heartbeat() throws IOException {
    header(StreamFrame.STDOUT, 0);
    flush();
  }

  /** Nothing more can come: ends lines that have no end. */
  public void finish() throws IOException {
    for (int stream = StreamFrame.STDOUT; stream <= StreamFrame.STDERR; stream++) {
      if (open[stream]) {
        frame(stream, new byte[] {'\n'});
        open[stream] = false;
      }
    }
  }

  public void flush() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
    out.flush();
  }

  private void frame(int stream, byte[] content) throws IOException {
    header(stream, content.length);
    put(content);
  }

  private void header(int stream, int size) throws IOException {
    if (buffer.length - length < StreamFrame.HEADER_BYTES) {
      spill();
    }
    StreamFrame.writeHeader(buffer, length, stream, size);
    length += StreamFrame.HEADER_BYTES;
  }

  private void put(byte[] bytes) throws IOException {
    if (bytes.length > buffer.length - length) {
      spill();
    }
    if (bytes.length > buffer.length) {
      out.write(bytes);
      return;
    }
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  private void spill() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
  }

  private void setStamp(long nanos) {
    long second = Math.floorDiv(nanos, NANOS);
    if (second != stampedSecond) {
      byte[] text = SECOND.format(Instant.ofEpochSecond(second)).getBytes(UTF_8);
      System.arraycopy(text, 0, stamp, 0, text.length);
      stampedSecond = second;
    }
    long rest = Math.floorMod(nanos, NANOS);
    for (int at = STAMP_LENGTH - 3; at > STAMP_LENGTH - 12; at--) {
      stamp[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
