package dev.gantry.node.snapshot;

import com.github.luben.zstd.ZstdInputStream;
import dev.gantry.engine.Digest;
import dev.gantry.layer.Gunzip;
import dev.gantry.layer.ReadAhead;
import dev.gantry.services.ResolvedImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/**
 * A layer on its way in, hashed as it comes and once more as it is uncompressed. To fetch it, to
 * uncompress it and what is done with it are three threads' work.
 */
final class LayerStream implements AutoCloseable {
  private static final int PROBE = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ResolvedImage.Layer layer;
  private final MessageDigest blobHash;
  private final MessageDigest diffHash;
  private final BufferedInputStream blob;
  private final InputStream tar;

  /**
   * @param source of the blob, which is closed with this
   */
  LayerStream(ResolvedImage.Layer layer, InputStream source) throws IOException {
    this.layer = layer;
    this.blobHash = layer.digest().newHash();
    this.diffHash = layer.diffId().newHash();
    this.blob =
        new BufferedInputStream(new ReadAhead(new DigestInputStream(source, blobHash), PATIENCE));
    try {
      this.tar = new ReadAhead(new DigestInputStream(uncompressed(blob), diffHash));
    } catch (IOException | RuntimeException e) {
      blob.close();
      throw e;
    }
  }

  /** The tar; nothing is believed of it before {@link #requireWhole}. */
  InputStream tar() {
    return tar;
  }

  /** Reads what is left, and refuses it where either digest says that it is something else. */
  void requireWhole() throws IOException {
    tar.transferTo(OutputStream.nullOutputStream());
    blob.transferTo(OutputStream.nullOutputStream());
    require(layer.digest(), blobHash);
    require(layer.diffId(), diffHash);
  }

  private static void require(Digest expected, MessageDigest hash) throws IOException {
    String hex = HexFormat.of().formatHex(hash.digest());
    if (!hex.equals(expected.hex())) {
      throw new RefusedLayerException(
          "a layer is not what its digest says: " + expected + " is " + hex);
    }
  }

  private static InputStream uncompressed(BufferedInputStream blob) throws IOException {
    blob.mark(PROBE);
    byte[] magic = blob.readNBytes(PROBE);
    blob.reset();
    if (begins(magic, 0x1f, 0x8b)) {
      return Gunzip.of(blob);
    }
    return begins(magic, 0x28, 0xb5, 0x2f, 0xfd) ? new ZstdInputStream(blob) : blob;
  }

  private static boolean begins(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
