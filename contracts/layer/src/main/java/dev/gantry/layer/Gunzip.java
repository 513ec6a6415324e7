package dev.gantry.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;

/** Reads gzip of any number of members (RFC 1952), whose source may have nothing at hand yet. */
public final class Gunzip {
  private static final int BUFFER_BYTES = 128 << 10;

  private Gunzip() {}

  /** What is compressed. */
  public static InputStream of(InputStream source) throws IOException {
    return new GZIPInputStream(new TellingInputStream(source), BUFFER_BYTES);
  }

  /** Knows whether more comes, which is how the reader finds the next member. */
  private static final class TellingInputStream extends PushbackInputStream {
    TellingInputStream(InputStream in) {
      super(in, 1);
    }

    @Override
    public int available() throws IOException {
      int next = read();
      if (next < 0) {
        return 0;
      }
      unread(next);
      return 1;
    }
  }
}
