package dev.gantry.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.LogBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipmentTest {
  private static final NodeId NODE = new NodeId("0123456789abcdef");
  private static final ContainerId ID = new ContainerId("a".repeat(64));
  private static final String LINE = "2026-11-25T05:03:21.975666099+00:00 stdout F abc\n";

  @TempDir Path folder;

  private Shipment shipment() throws Exception {
    return new Shipment(ID, TeamId.DEFAULT, folder.resolve("log"), folder.resolve("shipped"));
  }

  private void write(String text) throws Exception {
    Files.writeString(
        folder.resolve("log"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void batchesTellWhereTheyAreInTheFile() throws Exception {
    write(LINE + LINE + LINE.substring(0, 20));
    LogBatch batch = shipment().next(NODE).orElseThrow();

    assertThat(batch.offset()).isZero();
    assertThat(batch.nextOffset()).isEqualTo(2L * LINE.length());
    assertThat(batch.entries()).hasSize(2);
    assertThat(batch.entries().stream().mapToInt(LogBatch.Entry::size).sum())
        .isEqualTo(2 * LINE.length());
    Instant time = Instant.parse("2026-11-25T05:03:21.975666099Z");
    assertThat(batch.entries().getFirst().timeNanos())
        .isEqualTo(time.getEpochSecond() * 1_000_000_000L + time.getNano());
  }

  @Test
  void afterACrashItGoesOnFromWhatWasAcknowledgedAndRemembered() throws Exception {
    write(LINE + LINE);
    Shipment before = shipment();
    LogBatch first = before.next(NODE).orElseThrow();
    before.acknowledge(first);
    before.remember();
    write(LINE);
    assertThat(before.next(NODE)).isPresent();

    LogBatch again = shipment().next(NODE).orElseThrow();

    assertThat(again.offset()).isEqualTo(first.nextOffset());
    assertThat(again.entries()).hasSize(1);
  }

  @Test
  void whatWasRefusedIsSentAgain() throws Exception {
    write(LINE);
    Shipment shipment = shipment();
    LogBatch batch = shipment.next(NODE).orElseThrow();
    shipment.rewind();

    assertThat(shipment.next(NODE).orElseThrow().offset()).isEqualTo(batch.offset());
  }

  @Test
  void theLastBatchSaysSo() throws Exception {
    write(LINE);
    Shipment shipment = shipment();
    shipment.removed(folder.resolve("log"), folder.resolve("shipped"));
    LogBatch batch = shipment.next(NODE).orElseThrow();

    assertThat(batch.last()).isTrue();
    assertThat(shipment.isDrained()).isFalse();
    shipment.acknowledge(batch);
    assertThat(shipment.isDrained()).isTrue();
    assertThat(shipment.next(NODE)).isEmpty();
  }
}
