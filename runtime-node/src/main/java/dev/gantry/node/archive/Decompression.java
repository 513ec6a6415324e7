package dev.gantry.node.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** Undoes the compression of an archive, which its first bytes tell; none is well. */
public final class Decompression {
  private static final int BUFFER_BYTES = 128 << 10;

  /** Bounds of what a stream may want to remember of itself. */
  private static final int XZ_KIB = 20 << 10;

  private static final int ZSTD_WINDOW_LOG = 25;

  private Decompression() {}

  public static InputStream of(InputStream source) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(source, BUFFER_BYTES);
    buffered.mark(8);
    byte[] start = buffered.readNBytes(6);
    buffered.reset();
    if (startsWith(start, 0x1f, 0x8b)) {
      return new GZIPInputStream(buffered, BUFFER_BYTES);
    }
    if (startsWith(start, 0x28, 0xb5, 0x2f, 0xfd)) {
      return new ZstdInputStream(buffered).setLongMax(ZSTD_WINDOW_LOG);
    }
    if (startsWith(start, 'B', 'Z', 'h')) {
      return new BZip2CompressorInputStream(buffered, true);
    }
    if (startsWith(start, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return new XZInputStream(buffered, XZ_KIB);
    }
    return buffered;
  }

  private static boolean startsWith(byte[] start, int... magic) {
    byte[] expected = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      expected[i] = (byte) magic[i];
    }
    return start.length >= magic.length
        && Arrays.equals(Arrays.copyOf(start, magic.length), expected);
  }
}
