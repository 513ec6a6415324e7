package dev.gantry.gateway.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {
  /** Around the length of the largest chunk, in pieces of any size. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0xfffe, 0xffff, 0x10000, 2 * 0xffff, 500_000})
  void chunksAreReadAsTheyWereWritten(int length) throws Exception {
    var random = new Random(length);
    byte[] body = new byte[length];
    random.nextBytes(body);
    var wire = new ByteArrayOutputStream();
    var chunks = new Bodies.ChunkWriter(wire);
    for (int at = 0; at < length; ) {
      int count = Math.min(length - at, random.nextInt(100_000));
      chunks.write(body, at, count);
      at += count;
      if (random.nextInt(4) == 0) {
        chunks.flush();
      }
    }
    chunks.close();

    var source = new Link.LinkInput(new ByteArrayInputStream(wire.toByteArray()), 1000);
    assertThat(new Bodies.Chunked(source).readAllBytes()).isEqualTo(body);
  }
}
