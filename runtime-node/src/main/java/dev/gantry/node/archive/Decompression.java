package dev.gantry.node.archive;

import com.github.luben.zstd.ZstdInputStream;
import dev.gantry.layer.Gunzip;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** Undoes the compression of an archive, which its first bytes tell; none is well. */
public final class Decompression {
  private static final int BUFFER_BYTES = 64 << 10;

  /** Bounds of what a stream may want to remember of itself. */
  private static final int XZ_KIB = 20 << 10;

  private static final int ZSTD_WINDOW_LOG = 25;

  private enum Kind {
    GZIP(1, 0x1f, 0x8b),
    ZSTD(1, 0x28, 0xb5, 0x2f, 0xfd),
    BZIP2(5, 'B', 'Z', 'h'),
    XZ(XZ_KIB >> 10, 0xfd, '7', 'z', 'X', 'Z', 0),
    NONE(0);

    private final int pieces;
    private final byte[] magic;

    Kind(int pieces, int... magic) {
      this.pieces = pieces;
      this.magic = new byte[magic.length];
      for (int i = 0; i < magic.length; i++) {
        this.magic[i] = (byte) magic[i];
      }
    }

    private boolean begins(byte[] start) {
      return start.length >= magic.length
          && Arrays.equals(start, 0, magic.length, magic, 0, magic.length);
    }

    private static Kind of(byte[] start) {
      return Stream.of(values()).filter(kind -> kind.begins(start)).findFirst().orElse(NONE);
    }
  }

  private final BufferedInputStream source;
  private final Kind kind;

  private Decompression(BufferedInputStream source, Kind kind) {
    this.source = source;
    this.kind = kind;
  }

  /** Looks at the first bytes. */
  public static Decompression of(InputStream source) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(source, BUFFER_BYTES);
    buffered.mark(8);
    Kind kind = Kind.of(buffered.readNBytes(6));
    buffered.reset();
    return new Decompression(buffered, kind);
  }

  /** How many pieces of {@link Memory} it takes at most. */
  public int pieces() {
    return kind.pieces;
  }

  /** What is compressed. */
  public InputStream open() throws IOException {
    return switch (kind) {
      case GZIP -> Gunzip.of(source);
      case ZSTD -> new ZstdInputStream(source).setLongMax(ZSTD_WINDOW_LOG);
      case BZIP2 -> new BZip2CompressorInputStream(source, true);
      case XZ -> new XZInputStream(source, XZ_KIB);
      case NONE -> source;
    };
  }
}
