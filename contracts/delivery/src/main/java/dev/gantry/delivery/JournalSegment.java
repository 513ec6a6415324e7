package dev.gantry.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One file of a journal; its name is the number of its first record. */
final class JournalSegment implements AutoCloseable {
  private static final int HEADER_BYTES = 8;
  private static final int MAX_FRAME = 64 << 20;

  private final Path file;
  private final long first;
  private final FileChannel channel;
  private long size;

  private JournalSegment(Path file, long first, FileChannel channel, long size) {
    this.file = file;
    this.first = first;
    this.channel = channel;
    this.size = size;
  }

  static JournalSegment create(Path folder, long first) throws IOException {
    Path file = folder.resolve("%020d.log".formatted(first));
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (FileChannel parent = FileChannel.open(folder, StandardOpenOption.READ)) {
      parent.force(true);
    }
    return new JournalSegment(file, first, channel, 0);
  }

  /** What opening found. */
  record Opened(JournalSegment segment, List<JournalFrame> frames, boolean corrupt) {}

  /**
   * Opens a file and reads what is whole. A torn end of the last file is cut; damage anywhere else
   * is kept aside as {@code .corrupt}.
   */
  static Opened open(Path file, boolean last) throws IOException {
    long first = Long.parseLong(file.getFileName().toString().replace(".log", ""));
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    JournalSegment segment = new JournalSegment(file, first, channel, channel.size());
    List<JournalFrame> frames = new ArrayList<>();
    long at = 0;
    Read read = segment.read(at);
    while (read != null) {
      frames.add(read.frame());
      at = read.next();
      read = segment.read(at);
    }
    boolean corrupt = at < segment.size && !last;
    if (at < segment.size) {
      if (corrupt) {
        Files.copy(
            file,
            file.resolveSibling(file.getFileName() + ".corrupt"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      channel.truncate(at);
      channel.force(true);
      segment.size = at;
    }
    return new Opened(segment, frames, corrupt);
  }

  /** A frame and where the next one begins. */
  record Read(JournalFrame frame, long next) {}

  /** The frame at {@code at}; null at the end, or where it is not whole. */
  @Nullable Read read(long at) throws IOException {
    if (at + HEADER_BYTES > size) {
      return null;
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    fill(header, at);
    int length = header.getInt(0);
    if (length <= 0 || length > MAX_FRAME || at + HEADER_BYTES + length > size) {
      return null;
    }
    ByteBuffer body = ByteBuffer.allocate(length);
    fill(body, at + HEADER_BYTES);
    if (checksum(body.array()) != header.getInt(4)) {
      return null;
    }
    try {
      return new Read(JournalFrame.decode(body.array()), at + HEADER_BYTES + length);
    } catch (IOException | RuntimeException _) {
      return null;
    }
  }

  private void fill(ByteBuffer buffer, long at) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("cannot read journal " + file + ": it ends early");
      }
    }
  }

  /** Appends a frame; where it fails, nothing of it is left. Answers the bytes taken. */
  int append(byte[] body) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + body.length);
    bytes.putInt(body.length).putInt(checksum(body)).put(body).flip();
    int length = bytes.remaining();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes, size + bytes.position());
      }
    } catch (IOException e) {
      channel.truncate(size);
      throw e;
    }
    size += length;
    return length;
  }

  private static int checksum(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    return (int) crc.getValue();
  }

  void force() throws IOException {
    channel.force(false);
  }

  long first() {
    return first;
  }

  long size() {
    return size;
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
