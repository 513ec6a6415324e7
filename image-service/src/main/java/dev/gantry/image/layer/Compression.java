package dev.gantry.image.layer;

import com.github.luben.zstd.ZstdInputStream;
import dev.gantry.layer.Gunzip;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** The ways in which archives and layers come compressed, told apart by their first bytes. */
public enum Compression {
  NONE,
  GZIP(0x1f, 0x8b),
  ZSTD(0x28, 0xb5, 0x2f, 0xfd),
  BZIP2('B', 'Z', 'h'),
  XZ(0xfd, '7', 'z', 'X', 'Z', 0);

  /** How many first bytes {@link #of} wants to see. */
  static final int PROBE = 6;

  /** What the reader may take of the memory of all; enough for {@code xz -7}. */
  private static final int XZ_MEMORY_KIB = 20 << 10;

  private final int[] magic;

  Compression(int... magic) {
    this.magic = magic;
  }

  /** What the first bytes say; fewer than {@link #PROBE} bytes are the whole content. */
  public static Compression of(byte[] head) {
    for (Compression candidate : values()) {
      if (candidate != NONE && candidate.matches(head)) {
        return candidate;
      }
    }
    return NONE;
  }

  private boolean matches(byte[] head) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Uncompressed content of a stream whose compression shows in its first bytes. */
  public static InputStream unpacked(InputStream in) throws IOException {
    PushbackInputStream peekable = new PushbackInputStream(in, PROBE);
    byte[] head = peekable.readNBytes(PROBE);
    peekable.unread(head);
    return of(head).open(peekable);
  }

  /** True for what a layer of the OCI specification may be; the rest is unpacked to be stored. */
  boolean isOfLayers() {
    return this == NONE || this == GZIP || this == ZSTD;
  }

  InputStream open(InputStream in) throws IOException {
    return this == NONE ? in : DecodedInputStream.of(in, this::decoder);
  }

  private InputStream decoder(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> Gunzip.of(in);
      case ZSTD -> new ZstdInputStream(in);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
    };
  }
}
