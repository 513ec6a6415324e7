package dev.gantry.node.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.services.FaultPoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptBlobsTest {
  private static final int BLOB_BYTES = 1000;
  private static final PeerLimits PATIENT =
      new PeerLimits(Duration.ofMinutes(1), Duration.ofMinutes(1));

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private KeptBlobs kept;

  @BeforeEach
  void open() throws IOException {
    kept = opened(3 * BLOB_BYTES);
  }

  private KeptBlobs opened(long bytes) throws IOException {
    return new KeptBlobs(
        folder.resolve("blobs"),
        new KeptBlobs.Bounds(bytes, Duration.ofHours(1)),
        () -> now,
        FaultPoints.none());
  }

  private static byte[] blob(String name) {
    return (name + ".".repeat(BLOB_BYTES - name.length())).getBytes(UTF_8);
  }

  private static Digest digest(String name) {
    return Digest.ofBytes(blob(name));
  }

  private Arrival begin(String name) throws IOException {
    return kept.begin(digest(name), BLOB_BYTES).orElseThrow();
  }

  private void keep(String name) throws IOException {
    Arrival arrival = begin(name);
    arrival.write(blob(name), 0, BLOB_BYTES);
    arrival.keep();
    now = now.plusSeconds(1);
  }

  private byte[] read(String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (KeptBlob blob = kept.read(digest(name)).orElseThrow()) {
      blob.writeTo(bytes, 0, PATIENT, _ -> {});
    }
    return bytes.toByteArray();
  }

  private boolean isHere(String name) throws IOException {
    boolean here = kept.isWhole(digest(name));
    assertThat(Files.exists(folder.resolve("blobs/sha256").resolve(digest(name).hex())))
        .isEqualTo(here);
    return here;
  }

  private long partial() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("blobs/partial"))) {
      return files.count();
    }
  }

  @Test
  void whatIsWholeSurvivesAStartAndWhatIsHalfDoesNot() throws IOException {
    keep("whole");
    begin("half").write(blob("half"), 0, 500);
    assertThat(partial()).isOne();
    kept = opened(3 * BLOB_BYTES);
    assertThat(read("whole")).isEqualTo(blob("whole"));
    assertThat(kept.read(digest("half"))).isEmpty();
    assertThat(partial()).isZero();
  }

  @Test
  void whoReadsBehindGetsItAsItComes() throws Exception {
    Arrival arrival = begin("coming");
    assertThat(kept.begin(digest("coming"), BLOB_BYTES)).as("twice").isEmpty();
    arrival.write(blob("coming"), 0, 400);
    var first = new CompletableFuture<Long>();
    CompletableFuture<byte[]> follower =
        CompletableFuture.supplyAsync(
            () -> {
              var bytes = new ByteArrayOutputStream();
              try (KeptBlob blob = kept.read(digest("coming")).orElseThrow()) {
                blob.writeTo(bytes, 100, PATIENT, first::complete);
                return bytes.toByteArray();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(first.get()).isEqualTo(300);
    arrival.write(blob("coming"), 400, 600);
    arrival.keep();
    assertThat(follower.get()).isEqualTo(Arrays.copyOfRange(blob("coming"), 100, 1000));
    assertThat(isHere("coming")).isTrue();
    assertThat(partial()).isZero();
  }

  @Test
  void whoReadsBehindIsToldWhenNoMoreComes() throws IOException {
    Arrival arrival = begin("broken");
    arrival.write(blob("broken"), 0, 400);
    try (KeptBlob blob = kept.read(digest("broken")).orElseThrow()) {
      arrival.abandon();
      assertThatThrownBy(() -> blob.writeTo(new ByteArrayOutputStream(), 0, PATIENT, _ -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not come to its end");
    }
    assertThat(kept.read(digest("broken"))).isEmpty();
    assertThat(partial()).isZero();
    keep("broken");
    assertThat(read("broken")).isEqualTo(blob("broken"));
  }

  @Test
  void whatWasNeededLeastRecentlyMakesRoomUnlessItIsRead() throws IOException {
    keep("a");
    keep("b");
    keep("c");
    assertThat(read("a")).isEqualTo(blob("a"));
    now = now.plusSeconds(1);
    keep("d");
    assertThat(isHere("b")).isFalse();
    assertThat(isHere("a")).isTrue();
    try (KeptBlob reading = kept.read(digest("c")).orElseThrow()) {
      keep("e");
      assertThat(isHere("c")).as("is being read").isTrue();
      assertThat(isHere("a")).isFalse();
      begin("f");
      begin("g");
      assertThat(kept.begin(digest("h"), BLOB_BYTES)).as("no room").isEmpty();
      assertThat(reading.size()).isEqualTo(BLOB_BYTES);
    }
    assertThat(kept.begin(digest("h"), BLOB_BYTES)).isPresent();
    assertThat(isHere("c")).isFalse();
    assertThat(kept.begin(digest("i"), 4 * BLOB_BYTES)).as("larger than all").isEmpty();
  }

  @Test
  void whatNobodyNeededForLongGoesUnlessItIsRead() throws IOException {
    keep("read");
    keep("old");
    try (KeptBlob reading = kept.read(digest("read")).orElseThrow()) {
      now = now.plus(Duration.ofMinutes(50));
      keep("new");
      now = now.plus(Duration.ofMinutes(10));
      kept.expire();
      assertThat(isHere("read")).isTrue();
      assertThat(isHere("old")).isFalse();
      assertThat(isHere("new")).isTrue();
      assertThat(reading.size()).isEqualTo(BLOB_BYTES);
    }
    kept = opened(3 * BLOB_BYTES);
    assertThat(isHere("read")).as("what it was at the start").isFalse();
    assertThat(isHere("new")).isTrue();
  }

  @Test
  void aStartKeepsToBoundsThatAreLessNow() throws IOException {
    keep("a");
    keep("b");
    kept = opened(BLOB_BYTES);
    assertThat(isHere("a")).isFalse();
    assertThat(isHere("b")).isTrue();
    kept = opened(0);
    assertThat(folder.resolve("blobs")).doesNotExist();
    assertThat(kept.begin(digest("a"), BLOB_BYTES)).isEmpty();
  }
}
