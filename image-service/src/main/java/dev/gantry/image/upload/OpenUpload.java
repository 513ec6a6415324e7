package dev.gantry.image.upload;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * An upload's file in the hands of one request; the lock on it keeps the others out, those of other
 * instances too.
 */
final class OpenUpload implements AutoCloseable {
  private static final int BUFFER = 256 << 10;

  private final UUID id;
  private final FileChannel file;
  private final FileLock lock;
  private final RunningHashes hashes;
  private Optional<RunningHashes.Running> hash;

  private OpenUpload(UUID id, FileChannel file, FileLock lock, RunningHashes hashes) {
    this.id = id;
    this.file = file;
    this.lock = lock;
    this.hashes = hashes;
    this.hash = hashes.take(id);
  }

  /** Empty where another request has it. */
  static Optional<OpenUpload> open(UUID id, Path path, RunningHashes hashes) throws IOException {
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return Optional.of(new OpenUpload(id, file, lock, hashes));
      }
    } catch (OverlappingFileLockException _) {
      // By another request to this very process.
    }
    file.close();
    return Optional.empty();
  }

  long length() throws IOException {
    return file.size();
  }

  /**
   * Appends all of the content. What came before it broke off stays.
   *
   * @param algorithm of the digest that its client will name, as far as that is known
   * @param allowance asked before anything is written
   * @throws TooLongException where more comes than the limit
   */
  void append(InputStream content, String algorithm, long limit, Allowance allowance)
      throws IOException {
    long length = length();
    file.position(length);
    hash = hash.filter(running -> running.length() == length);
    if (hash.isEmpty() && length == 0) {
      hash = Optional.of(RunningHashes.start(algorithm));
    }
    byte[] buffer = new byte[BUFFER];
    long left = limit - length;
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      left -= count;
      if (left < 0) {
        throw new TooLongException();
      }
      allowance.require(limit - left);
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        int _ = file.write(bytes);
      }
      int added = count;
      hash.ifPresent(running -> running.add(buffer, added));
    }
  }

  /** Refuses what an upload may not have. */
  @FunctionalInterface
  interface Allowance {
    void require(long length);
  }

  /** More came than a blob may have. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Takes back what was appended. */
  void truncate(long length) throws IOException {
    FileChannel _ = file.truncate(length);
    hash = Optional.empty();
  }

  /** Brings it to the disk, and tells whether it is what the digest names. */
  boolean isComplete(Digest digest) throws IOException {
    file.force(true);
    long length = length();
    Optional<RunningHashes.Running> known =
        hash.filter(
            running ->
                running.length() == length && running.algorithm().equals(digest.algorithm()));
    hash = Optional.empty();
    byte[] value = known.isPresent() ? known.get().value() : read(digest.newHash());
    return HexFormat.of().formatHex(value).equals(digest.hex());
  }

  private byte[] read(MessageDigest fresh) throws IOException {
    file.position(0);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (file.read(buffer) >= 0) {
      fresh.update(buffer.flip());
      buffer.clear();
    }
    return fresh.digest();
  }

  @Override
  public void close() throws IOException {
    hash.ifPresent(running -> hashes.put(id, running));
    lock.release();
    file.close();
  }
}
