package dev.gantry.image.layer;

import dev.gantry.engine.Digest;
import dev.gantry.image.manifest.MediaTypes;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.layer.MalformedArchiveException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Takes one layer in: from a stream to a file beside the store, in one pass, whatever its
 * compression. A plain, gzip or zstd layer is stored as it came, anything else is stored unpacked.
 *
 * <p>The result says what the content is, also when it is no layer: a file of an archive may be
 * anything until something refers to it.
 */
public final class LayerIntake {
  /**
   * @param size of what was written
   * @param layer null where the content is not a layer; {@code defect} then says why
   */
  public record Taken(
      Digest digest, long size, @Nullable LayerFacts layer, @Nullable String defect) {

    /** The layer, or the reason why there is none. */
    public LayerFacts requireLayer(String name) {
      if (layer == null) {
        throw new RefusedImageException("invalid layer " + name + ": " + defect);
      }
      return layer;
    }
  }

  private final LayerLimits limits;

  public LayerIntake(LayerLimits limits) {
    this.limits = limits;
  }

  /** The bounds of each. */
  public LayerLimits limits() {
    return limits;
  }

  /** Reads {@code in} to its end and writes what is to be stored to {@code out}. */
  public Taken take(InputStream in, OutputStream out) throws IOException {
    PushbackInputStream peekable = new PushbackInputStream(in, Compression.PROBE);
    byte[] head = peekable.readNBytes(Compression.PROBE);
    peekable.unread(head);
    Compression compression = Compression.of(head);
    if (compression == Compression.NONE || !compression.isOfLayers()) {
      return takePlain(peekable, out, compression);
    }
    return takeCompressed(peekable, out, compression);
  }

  private Taken takePlain(InputStream in, OutputStream out, Compression compression)
      throws IOException {
    MessageDigest hash = Digest.newSha256();
    MeteredInputStream tar =
        new MeteredInputStream(opened(in, compression), hash, out, limits.unpackedBytes());
    Measured measured = measure(tar);
    try {
      tar.drain();
    } catch (MalformedArchiveException e) {
      measured = new Measured(0, String.valueOf(e.getMessage()));
    }
    Digest digest = Digest.sha256(hash.digest());
    return new Taken(
        digest,
        tar.count(),
        measured.defect == null
            ? new LayerFacts(
                digest, tar.count(), digest, MediaTypes.OCI_LAYER, tar.count(), measured.size)
            : null,
        measured.defect);
  }

  private Taken takeCompressed(InputStream in, OutputStream out, Compression compression)
      throws IOException {
    MessageDigest hash = Digest.newSha256();
    MessageDigest tarHash = Digest.newSha256();
    MeteredInputStream blob = new MeteredInputStream(in, hash, out, limits.unpackedBytes());
    Measured measured;
    long tarSize = 0;
    try {
      MeteredInputStream tar =
          new MeteredInputStream(
              compression.open(blob),
              tarHash,
              OutputStream.nullOutputStream(),
              limits.unpackedBytes());
      measured = measure(tar);
      if (measured.defect == null) {
        tar.drain();
      }
      tarSize = tar.count();
    } catch (IOException e) {
      measured = new Measured(0, String.valueOf(e.getMessage()));
    }
    blob.drain();
    Digest digest = Digest.sha256(hash.digest());
    return new Taken(
        digest,
        blob.count(),
        measured.defect == null
            ? new LayerFacts(
                digest,
                blob.count(),
                Digest.sha256(tarHash.digest()),
                compression == Compression.GZIP
                    ? MediaTypes.OCI_LAYER_GZIP
                    : MediaTypes.OCI_LAYER_ZSTD,
                tarSize,
                measured.size)
            : null,
        measured.defect);
  }

  private static InputStream opened(InputStream in, Compression compression) throws IOException {
    try {
      return compression.open(in);
    } catch (MalformedArchiveException e) {
      throw new RefusedImageException(String.valueOf(e.getMessage()), e);
    }
  }

  private Measured measure(MeteredInputStream tar) {
    try {
      return new Measured(TarMeasure.unpackedSize(tar, limits), null);
    } catch (IOException e) {
      return new Measured(0, "not a valid tar: " + e.getMessage());
    }
  }

  private record Measured(long size, @Nullable String defect) {}
}
