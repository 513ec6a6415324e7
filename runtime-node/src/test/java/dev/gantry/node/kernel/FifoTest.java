package dev.gantry.node.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipes that nobody has at the other end hold nobody at this one. */
class FifoTest {
  private static final int AT_FDCWD = -100;
  private static final int O_NONBLOCK = 0x800;

  /** Only so that a failure ends at all. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Path pipe;

  @BeforeEach
  void make() throws Exception {
    pipe = folder.resolve("pipe");
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
    assertThat(mkfifo.waitFor()).isZero();
  }

  @Test
  void whatNobodyReadsIsNotWritten() {
    boolean written =
        assertTimeoutPreemptively(PATIENCE, () -> Fifo.write(pipe, "x".getBytes(UTF_8)));
    assertThat(written).isFalse();
  }

  @Test
  void aPipeThatIsGoneHasNoReader() throws Exception {
    Files.delete(pipe);
    assertThat(Fifo.write(pipe, "x".getBytes(UTF_8))).isFalse();
  }

  @Test
  void aReaderGetsAll() throws Exception {
    try (Fd reader = RootedPaths.open(AT_FDCWD, pipe.toString(), O_NONBLOCK, 0, 0);
        Arena arena = Arena.ofConfined()) {
      assertThat(Fifo.write(pipe, "1 24 80\n".getBytes(UTF_8))).isTrue();
      MemorySegment read = arena.allocate(100);
      int count = reader.read(read);
      assertThat(read.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo("1 24 80\n".getBytes(UTF_8));
    }
  }

  @Test
  void aPipeInTheWayOfAFileHoldsNoReader() {
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          try (RootedPaths root = RootedPaths.in(folder)) {
            assertThatThrownBy(() -> root.openForReading("/pipe"))
                .isInstanceOf(KernelException.class);
          }
        });
  }
}
