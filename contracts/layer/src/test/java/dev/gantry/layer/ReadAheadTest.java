package dev.gantry.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void everyByteComesInOrder() throws Exception {
    byte[] content = random(3_000_001);
    try (InputStream in = new ReadAhead(new ByteArrayInputStream(content))) {
      assertThat(in.read()).isEqualTo(content[0] & 0xff);
      assertThat(in.readNBytes(content.length))
          .isEqualTo(Arrays.copyOfRange(content, 1, content.length));
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void aFailureComesAfterWhatWasReadBeforeIt() throws Exception {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("cut");
          }
        };
    try (InputStream in =
        new ReadAhead(
            new SequenceInputStream(new ByteArrayInputStream(random(128 << 10)), failing))) {
      assertThat(in.readNBytes(128 << 10)).isEqualTo(random(128 << 10));
      assertThatThrownBy(in::read).hasMessage("cut");
      assertThatThrownBy(() -> in.read(new byte[9])).hasMessage("cut");
    }
  }

  @Test
  void nothingReadsAfterItIsClosed() throws Exception {
    CountDownLatch reading = new CountDownLatch(8);
    InputStream endless =
        new InputStream() {
          private boolean closed;

          @Override
          public int read() {
            throw new AssertionError("byte by byte");
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            assertThat(closed).isFalse();
            reading.countDown();
            return Math.min(length, 32 << 10);
          }

          @Override
          public void close() {
            closed = true;
          }
        };
    InputStream in = new ReadAhead(endless);
    reading.await();
    in.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("read-ahead"));
  }

  @Test
  void aSourceThatStandsStillIsGivenUp() throws Exception {
    InputStream still =
        new InputStream() {
          @Override
          public int read() throws IOException {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return -1;
          }
        };
    try (InputStream in = new ReadAhead(still, Duration.ofMillis(1))) {
      assertThatThrownBy(in::read).hasMessageStartingWith("nothing came");
    }
  }
}
