package dev.gantry.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GunzipTest {
  /** As from a network: a byte at a time, and none of the next known. */
  private static final class Trickle extends ByteArrayInputStream {
    Trickle(byte[] content) {
      super(content);
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      return super.read(into, offset, Math.min(1, length));
    }

    @Override
    public synchronized int available() {
      return 0;
    }
  }

  private static void member(OutputStream to, String text) throws IOException {
    GZIPOutputStream gzip = new GZIPOutputStream(to);
    gzip.write(text.getBytes(StandardCharsets.UTF_8));
    gzip.finish();
  }

  @Test
  void allMembersAreRead() throws IOException {
    var packed = new ByteArrayOutputStream();
    member(packed, "one ");
    member(packed, "two ");
    member(packed, "three");
    try (InputStream in = Gunzip.of(new Trickle(packed.toByteArray()))) {
      assertThat(in.readAllBytes()).asString().isEqualTo("one two three");
    }
  }
}
