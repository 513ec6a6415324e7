package dev.gantry.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The compact form of {@link LogBatch} on Kafka: a version byte, the fields, then per entry one
 * byte of flags (bits 0-1 stream, bit 2 partial), the time as a zig-zag difference from the entry
 * before, the size in the log file, the length and the bytes. Numbers are LEB128.
 */
public final class LogBatchCodec {
  private static final byte VERSION = 1;
  private static final int PARTIAL = 4;
  private static final int MAX_VARINT = 10;

  private LogBatchCodec() {}

  public static byte[] encode(LogBatch batch) {
    byte[] id = batch.container().value().getBytes(UTF_8);
    byte[] team = batch.team().value().getBytes(UTF_8);
    byte[] node = batch.node().value().getBytes(UTF_8);
    int bound = 1 + id.length + team.length + node.length + 7 * MAX_VARINT;
    for (LogBatch.Entry entry : batch.entries()) {
      bound += 1 + 3 * MAX_VARINT + entry.bytes().length;
    }
    ByteBuffer out = ByteBuffer.allocate(bound);
    out.put(VERSION);
    putBytes(out, id);
    putBytes(out, team);
    putBytes(out, node);
    putNumber(out, batch.offset());
    putNumber(out, batch.nextOffset());
    out.put((byte) (batch.last() ? 1 : 0));
    putNumber(out, batch.entries().size());
    long before = 0;
    for (LogBatch.Entry entry : batch.entries()) {
      out.put((byte) (entry.stream() | (entry.partial() ? PARTIAL : 0)));
      long difference = entry.timeNanos() - before;
      putNumber(out, (difference << 1) ^ (difference >> 63));
      before = entry.timeNanos();
      putNumber(out, entry.size());
      putBytes(out, entry.bytes());
    }
    byte[] encoded = new byte[out.position()];
    out.flip().get(encoded);
    return encoded;
  }

  /**
   * Reads a batch back.
   *
   * @throws MalformedEventException where the bytes are not a batch
   */
  public static LogBatch decode(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new MalformedEventException("cannot read log batch: version " + version, null);
      }
      var container = new ContainerId(new String(getBytes(in), UTF_8));
      var team = new TeamId(new String(getBytes(in), UTF_8));
      var node = new NodeId(new String(getBytes(in), UTF_8));
      long offset = getNumber(in);
      long nextOffset = getNumber(in);
      boolean last = in.get() != 0;
      long count = getNumber(in);
      if (count < 0 || count > in.remaining()) {
        throw new MalformedEventException("cannot read log batch: " + count + " entries", null);
      }
      return new LogBatch(
          container, team, node, offset, nextOffset, last, getEntries(in, (int) count));
    } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
      throw new MalformedEventException("cannot read log batch: " + e.getMessage(), e);
    }
  }

  private static List<LogBatch.Entry> getEntries(ByteBuffer in, int count) {
    List<LogBatch.Entry> entries = new ArrayList<>(count);
    long time = 0;
    for (int i = 0; i < count; i++) {
      byte flags = in.get();
      long zigzag = getNumber(in);
      time += (zigzag >>> 1) ^ -(zigzag & 1);
      int size = Math.toIntExact(getNumber(in));
      entries.add(new LogBatch.Entry(flags & 3, (flags & PARTIAL) != 0, time, size, getBytes(in)));
    }
    return entries;
  }

  private static void putBytes(ByteBuffer out, byte[] bytes) {
    putNumber(out, bytes.length);
    out.put(bytes);
  }

  private static byte[] getBytes(ByteBuffer in) {
    long length = getNumber(in);
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a length of " + length);
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private static void putNumber(ByteBuffer out, long number) {
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static long getNumber(ByteBuffer in) {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }
}
