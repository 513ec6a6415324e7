package dev.gantry.node.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.StreamFrame;
import dev.gantry.node.kernel.Holes;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogTest {
  private static final String SECOND = "2026-11-25T05:03:%02d.000000000+00:00 ";

  @TempDir Path folder;

  @Test
  void mergesPartsAndTellsStreamsApart() throws Exception {
    var log = log("stdout P abc", "stderr F oops", "stdout F def", "stdout F ");

    assertThat(text(log, LogQuery.all(false))).isEqualTo("1:abc|2:oops\n|1:def\n|1:\n|");
    assertThat(text(log, query(q -> q.stderr = false))).isEqualTo("1:abcdef\n|1:\n|");
  }

  @Test
  void leavesALineOpenThatTheContainerLeftOpen() throws Exception {
    assertThat(text(log("stdout P abc"), LogQuery.all(false))).isEqualTo("1:abc|");
  }

  @Test
  void replaysTheVeryBytes() throws Exception {
    var log = log("stdout F a", "stderr P x", "stdout P b");
    var out = new ByteArrayOutputStream();

    log.replay(0, true, true, true, Growth.NONE, out);

    assertThat(out.toString(UTF_8)).isEqualTo("a\nxb");
  }

  @Test
  void whatAContainerWroteIsNoRecordBehindAHole() throws Exception {
    String forged = SECOND.formatted(1) + "stdout F forged\n";
    String begin = SECOND.formatted(0) + "stdout F ";
    Path file = folder.resolve("trimmed");
    Files.writeString(
        file,
        begin
            + "x".repeat(4096 - begin.length())
            + forged
            + SECOND.formatted(2)
            + "stdout F true\n");
    Holes.punch(file, 4096);
    var log = new ContainerLog(file);

    assertThat(text(log, LogQuery.all(false))).isEqualTo("1:true\n|");
    assertThat(read(log, query(q -> q.tail = 1), true, "")).isEqualTo("true\n");
  }

  @Test
  void putsTimeAndDetailsOncePerLine() throws Exception {
    var log = log("stdout P abc", "stdout F def");
    var query = query(q -> q.timestamps = true);

    assertThat(text(log, query)).isEqualTo("1:2026-11-25T05:03:00.000000000Z abcdef\n|");
    assertThat(read(log, query(q -> q.details = true), true, "a=b")).isEqualTo("a=b abcdef\n");
  }

  @Test
  void tailCountsLinesNotParts() throws Exception {
    var log = log("stdout F one", "stdout P tw", "stdout F o", "stdout F three");

    assertThat(read(log, query(q -> q.tail = 2), true, "")).isEqualTo("two\nthree\n");
    assertThat(read(log, query(q -> q.tail = 0), true, "")).isEmpty();
    assertThat(read(log, query(q -> q.tail = 9), true, "")).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void tailOverManyBlocksIsExact() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      lines.add("stdout F line " + i);
    }
    var log = log(lines.toArray(String[]::new));

    for (int tail : new int[] {1, 7, 2_000, 19_999, 20_000}) {
      String text = read(log, query(q -> q.tail = tail), true, "");
      assertThat(text.lines().count()).isEqualTo(tail);
      assertThat(text).startsWith("line " + (20_000 - tail) + "\n");
    }
  }

  @Test
  void sinceIsInclusiveAndUntilEnds() throws Exception {
    var log = new ContainerLog(stamped(IntStream.range(0, 60).toArray()));

    String text =
        read(
            log,
            query(
                q -> {
                  q.since = at(40);
                  q.until = at(42);
                }),
            true,
            "");

    assertThat(numbers(text)).containsExactly("40", "41", "42");
  }

  @Test
  void timesAndBoundsHoldBehindATrimmedBeginning() throws Exception {
    Path file = stamped(IntStream.range(0, 60).toArray());
    // In the middle of the 20th: the rest of it is no line.
    Holes.punch(file, Files.size(file) / 60 * 20 + 4000);
    var log = new ContainerLog(file);

    assertThat(numbers(read(log, query(q -> q.timestamps = true), true, "")))
        .hasSize(39)
        .startsWith("2026-11-25T05:03:21.000000000Z 21")
        .endsWith("2026-11-25T05:03:59.000000000Z 59");
    assertThat(numbers(read(log, query(q -> q.until = at(23)), true, "")))
        .containsExactly("21", "22", "23");
    assertThat(numbers(read(log, query(q -> q.since = at(58)), true, "")))
        .containsExactly("58", "59");
    assertThat(read(log, query(q -> q.until = at(20)), true, "")).isEmpty();
    assertThat(numbers(read(log, query(q -> q.tail = 2), true, ""))).containsExactly("58", "59");
    assertThat(numbers(read(log, query(q -> q.tail = 50), true, ""))).hasSize(39);
  }

  @Test
  void aClockThatIsSetBackHidesNoLine() throws Exception {
    // Set forward by mistake, and back; more than what a reader takes at once in between.
    int[] times =
        IntStream.concat(
                IntStream.concat(IntStream.range(0, 20), IntStream.range(50, 55)),
                IntStream.range(20, 45))
            .toArray();
    var log = new ContainerLog(stamped(times));

    assertThat(numbers(read(log, query(q -> q.since = at(40)), true, "")))
        .containsExactly("50", "51", "52", "53", "54", "40", "41", "42", "43", "44");
    assertThat(numbers(read(log, query(q -> q.until = at(21)), true, "")))
        .hasSize(22)
        .endsWith("19", "20", "21");
    assertThat(numbers(read(log, query(q -> q.tail = 26), true, "")))
        .hasSize(26)
        .startsWith("54", "20");
    assertThat(
            numbers(
                read(
                    log,
                    query(
                        q -> {
                          q.tail = 26;
                          q.since = at(44);
                        }),
                    true,
                    "")))
        .containsExactly("54", "44");
  }

  @Test
  void whoIsAttachedAndTooSlowIsToldByTheEndOfTheStream() throws Exception {
    Path file = stamped(IntStream.range(0, 60).toArray());
    long most = Files.size(file) / 10 * 9;
    var out =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            try {
              Holes.punch(file, most);
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };

    assertThatThrownBy(() -> new ContainerLog(file).replay(0, true, true, true, Growth.NONE, out))
        .hasMessageContaining("too slowly");
    assertThat(numbers(out.toString(UTF_8))).startsWith("0").doesNotContain("59");
  }

  /** A file of lines with these seconds as their times and their beginnings, 8 KB each. */
  private Path stamped(int... seconds) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int second : seconds) {
      lines.add(String.format(SECOND + "stdout F %d", second, second) + "x".repeat(8000));
    }
    return Files.write(folder.resolve("log"), lines);
  }

  private static Instant at(int second) {
    return Instant.parse("2026-11-25T05:03:00Z").plusSeconds(second);
  }

  private static List<String> numbers(String text) {
    return text.lines().map(line -> line.replace("x", "")).toList();
  }

  @Test
  void aFollowerGetsWhatComesLaterAndThenEnds() throws Exception {
    Path file = folder.resolve("log");
    List<String> steps =
        new ArrayList<>(List.of("stdout F one\n", "stdout P tw", "\nstdout F o\n"));
    var growth =
        new Growth() {
          @Override
          public boolean ended() {
            return steps.isEmpty();
          }

          @Override
          public boolean await(long position) throws java.io.IOException {
            String step = steps.removeFirst().replace("std", String.format(SECOND, 0) + "std");
            Files.writeString(
                file,
                step,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.APPEND);
            return true;
          }
        };
    var out = new ByteArrayOutputStream();

    new ContainerLog(file).read(LogQuery.all(true), true, "", growth, out);

    assertThat(out.toString(UTF_8)).isEqualTo("one\ntwo\n");
  }

  @Test
  void aMillionLinesAreReadWhole() throws Exception {
    Path file = folder.resolve("log");
    byte[] line = (String.format(SECOND, 1) + "stdout F " + "y".repeat(99) + "\n").getBytes(UTF_8);
    byte[] block = new byte[line.length * 1000];
    for (int i = 0; i < 1000; i++) {
      System.arraycopy(line, 0, block, i * line.length, line.length);
    }
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 1000; i++) {
        out.write(block);
      }
    }
    var counted = new CountingStream();

    new ContainerLog(file).read(LogQuery.all(false), false, "", Growth.NONE, counted);

    assertThat(counted.bytes).isGreaterThan(100_000_000L);
    assertThat((counted.bytes - 100_000_000L) % StreamFrame.HEADER_BYTES).isZero();
  }

  private static final class CountingStream extends java.io.OutputStream {
    long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] b, int off, int len) {
      bytes += len;
    }
  }

  private static final class Builder {
    boolean stderr = true;
    boolean timestamps;
    boolean details;
    long tail = -1;
    @org.jspecify.annotations.Nullable Instant since;
    @org.jspecify.annotations.Nullable Instant until;
  }

  private static LogQuery query(java.util.function.Consumer<Builder> change) {
    var b = new Builder();
    change.accept(b);
    return new LogQuery(
        true,
        b.stderr,
        false,
        b.timestamps,
        b.details,
        b.tail < 0 ? OptionalLong.empty() : OptionalLong.of(b.tail),
        Optional.ofNullable(b.since),
        Optional.ofNullable(b.until));
  }

  private ContainerLog log(String... records) throws Exception {
    var lines = new StringBuilder();
    for (String record : records) {
      lines.append(String.format(SECOND, 0)).append(record).append('\n');
    }
    Files.writeString(folder.resolve("log"), lines);
    return new ContainerLog(folder.resolve("log"));
  }

  private static String read(ContainerLog log, LogQuery query, boolean raw, String details)
      throws Exception {
    var out = new ByteArrayOutputStream();
    log.read(query, raw, details, Growth.NONE, out);
    return out.toString(UTF_8);
  }

  /** Frames as {@code stream:content|}. */
  private static String text(ContainerLog log, LogQuery query) throws Exception {
    var out = new ByteArrayOutputStream();
    log.read(query, false, "", Growth.NONE, out);
    byte[] bytes = out.toByteArray();
    var text = new StringBuilder();
    for (int at = 0; at < bytes.length; ) {
      int length = StreamFrame.length(bytes, at);
      text.append(bytes[at]).append(':');
      text.append(new String(bytes, at + 8, length, UTF_8)).append('|');
      at += 8 + length;
    }
    return text.toString();
  }
}
