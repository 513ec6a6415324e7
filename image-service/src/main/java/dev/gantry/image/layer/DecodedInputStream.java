package dev.gantry.image.layer;

import dev.gantry.layer.MalformedArchiveException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder makes of a stream. Content that it does not take is told as malformed; where the
 * content did not come, that is told as it is.
 */
final class DecodedInputStream extends FilterInputStream {
  /** Reads what is compressed. */
  interface Decoder {
    InputStream of(InputStream in) throws IOException;
  }

  private final Source source;

  private DecodedInputStream(Source source, InputStream decoder) {
    super(decoder);
    this.source = source;
  }

  static DecodedInputStream of(InputStream in, Decoder decoder) throws IOException {
    Source source = new Source(in);
    try {
      return new DecodedInputStream(source, decoder.of(source));
    } catch (IOException e) {
      throw source.why(e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return super.read(bytes, offset, length);
    } catch (IOException e) {
      throw source.why(e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    try {
      return super.skip(count);
    } catch (IOException e) {
      throw source.why(e);
    }
  }

  /** Remembers that it failed by itself. */
  private static final class Source extends FilterInputStream {
    private @Nullable IOException failure;

    Source(InputStream in) {
      super(in);
    }

    IOException why(IOException told) {
      return failure != null
          ? failure
          : new MalformedArchiveException("cannot be decompressed: " + told.getMessage(), told);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
