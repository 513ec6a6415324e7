package dev.gantry.ops.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The files of a layer, made once, as a tar and compressed. Copies of it differ in one small file,
 * so that no engine has seen one before.
 */
record SampleLayer(Path plain, Path packed) {
  private static final int FILES_PER_FOLDER = 100;
  private static final int BLOCK = 512;

  /** A copy, as a file of its own. */
  record Copy(Path file, String digest, String diffId, long size) {}

  /**
   * @param bytes of all files together; their sizes are between half and one and a half of the mean
   */
  static SampleLayer make(Path folder, String name, int files, long bytes) throws IOException {
    Path plain = folder.resolve(name + ".tar");
    Path packed = folder.resolve(name + ".tar.gz");
    Random sizes = new Random(name.hashCode());
    SampleText text = new SampleText(name.hashCode());
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(plain), BLOCK)) {
      int mean = (int) (bytes / files);
      for (int i = 0; i < files; i++) {
        if (i % FILES_PER_FOLDER == 0) {
          tar.putArchiveEntry(new TarArchiveEntry(folder(name, i)));
          tar.closeArchiveEntry();
        }
        TarArchiveEntry entry = new TarArchiveEntry(folder(name, i) + "file-" + i);
        entry.setSize(mean / 2 + sizes.nextInt(mean));
        tar.putArchiveEntry(entry);
        long left = entry.getSize();
        byte[] buffer = new byte[BLOCK * 128];
        while (left > 0) {
          int count = text.read(buffer, 0, (int) Math.min(left, buffer.length));
          tar.write(buffer, 0, count);
          left -= count;
        }
        tar.closeArchiveEntry();
      }
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed), 1 << 16)) {
      long _ = Files.copy(plain, out);
    }
    return new SampleLayer(plain, packed);
  }

  private static String folder(String name, int file) {
    return "opt/" + name + "/" + file / FILES_PER_FOLDER + "/";
  }

  /** A copy that is told apart by a mark. */
  Copy copy(Path folder, String mark, boolean compressed) throws IOException {
    byte[] first = first(mark);
    byte[] firstPacked = gzip(first);
    Path file = Files.createTempFile(folder, "layer", compressed ? ".tar.gz" : ".tar");
    MessageDigest hash = sha256();
    long size;
    try (InputStream in =
            new DigestInputStream(
                compressed ? joined(firstPacked, packed) : joined(first, plain), hash);
        OutputStream out = Files.newOutputStream(file)) {
      size = in.transferTo(out);
    }
    String digest = digest(hash);
    return new Copy(file, digest, compressed ? digestOf(joined(first, plain)) : digest, size);
  }

  private static InputStream joined(byte[] first, Path rest) throws IOException {
    return new SequenceInputStream(
        new java.io.ByteArrayInputStream(first), Files.newInputStream(rest));
  }

  private byte[] first(String mark) throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    var tar = new TarArchiveOutputStream(bytes, BLOCK);
    byte[] content = mark.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry("mark-of-" + plain.getFileName());
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
    tar.flush();
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  static String digestOf(InputStream content) throws IOException {
    MessageDigest hash = sha256();
    try (InputStream in = new DigestInputStream(content, hash)) {
      long _ = in.transferTo(OutputStream.nullOutputStream());
    }
    return digest(hash);
  }

  private static String digest(MessageDigest hash) {
    return "sha256:" + HexFormat.of().formatHex(hash.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has it", e);
    }
  }
}
