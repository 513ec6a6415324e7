package dev.gantry.delivery;

import java.io.IOException;
import java.io.RandomAccessFile;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a journal; its name is the number of its first record. Not a channel: an interrupt
 * closes those, and a caller may be interrupted at any time.
 */
final class JournalSegment implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JournalSegment.class);
  private static final int HEADER_BYTES = 8;
  private static final int MAX_FRAME = 64 << 20;

  private final Path file;
  private final long first;
  private final RandomAccessFile content;
  private long size;

  private JournalSegment(Path file, long first, RandomAccessFile content, long size) {
    this.file = file;
    this.first = first;
    this.content = content;
    this.size = size;
  }

  static JournalSegment create(Path folder, long first) throws IOException {
    Path file = folder.resolve("%020d.log".formatted(first));
    RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw");
    try (FileChannel parent = FileChannel.open(folder, StandardOpenOption.READ)) {
      parent.force(true);
    } catch (IOException e) {
      content.close();
      throw e;
    }
    return new JournalSegment(file, first, content, 0);
  }

  /** What opening found. */
  record Opened(JournalSegment segment, List<JournalFrame> frames, boolean corrupt) {}

  /**
   * Opens a file and reads what is whole. A torn end of the last file is cut; damage anywhere else
   * is kept aside as {@code .corrupt}.
   */
  static Opened open(Path file, boolean last) throws IOException {
    long first = Long.parseLong(file.getFileName().toString().replace(".log", ""));
    RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw");
    JournalSegment segment = new JournalSegment(file, first, content, content.length());
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
        Path aside = file.resolveSibling(file.getFileName() + ".corrupt");
        Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
        log.error(
            "journal {} is damaged at byte {} of {}: what follows is not published, it is kept as"
                + " {}",
            file,
            at,
            segment.size,
            aside.getFileName());
      }
      content.setLength(at);
      content.getFD().sync();
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
    content.seek(at);
    int length = content.readInt();
    int checksum = content.readInt();
    if (length <= 0 || length > MAX_FRAME || at + HEADER_BYTES + length > size) {
      return null;
    }
    byte[] body = new byte[length];
    content.readFully(body);
    if (checksum(body) != checksum) {
      return null;
    }
    try {
      return new Read(JournalFrame.decode(body), at + HEADER_BYTES + length);
    } catch (IOException | RuntimeException _) {
      return null;
    }
  }

  /** Appends a frame; where it fails, nothing of it is left. Answers the bytes taken. */
  int append(byte[] body) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + body.length);
    bytes.putInt(body.length).putInt(checksum(body)).put(body);
    try {
      content.seek(size);
      content.write(bytes.array());
    } catch (IOException e) {
      content.setLength(size);
      throw e;
    }
    size += bytes.capacity();
    return bytes.capacity();
  }

  private static int checksum(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    return (int) crc.getValue();
  }

  void force() throws IOException {
    content.getFD().sync();
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
    content.close();
  }
}
