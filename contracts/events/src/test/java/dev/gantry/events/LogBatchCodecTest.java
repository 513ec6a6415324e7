package dev.gantry.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogBatchCodecTest {
  @Test
  void readsWhatItWrote() {
    for (long seed = 0; seed < 200; seed++) {
      LogBatch batch = randomBatch(new Random(seed));
      LogBatch read = LogBatchCodec.decode(LogBatchCodec.encode(batch));
      assertThat(read).as("seed %d", seed).usingRecursiveComparison().isEqualTo(batch);
    }
  }

  @Test
  void refusesWhatIsCutOrChanged() {
    byte[] good = LogBatchCodec.encode(randomBatch(new Random(1)));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> LogBatchCodec.decode(cut))
          .isInstanceOf(MalformedEventException.class);
    }
    byte[] otherVersion = good.clone();
    otherVersion[0] = 9;
    assertThatThrownBy(() -> LogBatchCodec.decode(otherVersion))
        .isInstanceOf(MalformedEventException.class)
        .hasMessageContaining("version 9");
  }

  private static LogBatch randomBatch(Random random) {
    List<LogBatch.Entry> entries = new ArrayList<>();
    int count = 1 + random.nextInt(20);
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[1 + random.nextInt(300)];
      random.nextBytes(bytes);
      entries.add(
          new LogBatch.Entry(
              1 + random.nextInt(2),
              random.nextBoolean(),
              random.nextLong() >> 4,
              45 + bytes.length,
              bytes));
    }
    return new LogBatch(
        ContainerId.random(random),
        TeamId.DEFAULT,
        NodeId.random(random),
        random.nextLong(Long.MAX_VALUE),
        random.nextLong(Long.MAX_VALUE),
        random.nextBoolean(),
        entries);
  }
}
