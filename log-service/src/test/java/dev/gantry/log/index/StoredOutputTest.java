package dev.gantry.log.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.chunk.BlockWriter;
import dev.gantry.log.chunk.ChunkFiles;
import dev.gantry.log.query.OutputQuery;
import dev.gantry.log.query.OutputReader;
import dev.gantry.ops.testkit.PostgresCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines in a real database and in files, while they move from the one to the other. */
class StoredOutputTest {
  private static final ContainerId ID = new ContainerId("ab".repeat(32));
  private static final TeamId TEAM = new TeamId("shop");
  private static final String NODE = "0123456789abcdef";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final PostgresCluster postgres = PostgresCluster.start();
  private final DSLContext database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
  @TempDir Path folder;
  private ChunkFiles files;
  private Sealing sealing;
  private OutputReader reader;

  @BeforeEach
  void tables() throws Exception {
    postgres.executeResource("/db/log-service/V1__logs.sql");
    files = new ChunkFiles(folder, new Random(1));
    sealing = new Sealing(files, 200);
    reader = new OutputReader(database, files);
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void everyLineIsReadOnceInOrderFromFilesAndRows() throws Exception {
    for (int i = 0; i < 40; i++) {
      append(3);
    }
    assertThat(fileCount()).isPositive();
    assertThat(read(OptionalLong.empty())).containsExactlyElementsOf(numbers(0, 120));
    for (long tail : new long[] {0, 1, 50, 500}) {
      assertThat(read(OptionalLong.of(tail)))
          .containsExactlyElementsOf(numbers(Math.max(0, 120 - tail), 120));
    }
  }

  @Test
  void noLineIsHiddenFromAReaderWhileItMovesIntoAFile() throws Exception {
    append(1);
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 400; i++) {
                    append(3);
                  }
                });
    while (writer.isAlive()) {
      long there = container().nextLine();
      List<Long> read = read(OptionalLong.of(60));
      assertThat(read).containsExactlyElementsOf(numbers(read.getFirst(), read.getLast() + 1));
      assertThat(read.getLast()).isGreaterThanOrEqualTo(there - 1);
    }
    writer.join();
    assertThat(read(OptionalLong.empty())).containsExactlyElementsOf(numbers(0, 1201));
  }

  @Test
  void aFileOfATransactionThatNeverCommittedIsRemovedWhenItIsOld() throws Exception {
    append(100);
    long spokenOf = fileCount();
    files.write(TEAM, ID, 100, new byte[] {1});
    new Sweep(database, files, Instant::now).run();
    assertThat(fileCount()).as("young ones stay").isEqualTo(spokenOf + 1);
    new Sweep(database, files, () -> Instant.now().plus(Duration.ofHours(1))).run();
    assertThat(fileCount()).isEqualTo(spokenOf);
    assertThat(read(OptionalLong.empty())).containsExactlyElementsOf(numbers(0, 100));
  }

  private void append(int count) {
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          Known container = Containers.lock(transaction, ID, TEAM, NODE, NOW);
          BlockWriter lines = new BlockWriter();
          for (int i = 0; i < count; i++) {
            byte[] text = Long.toString(container.nextLine() + i).getBytes(UTF_8);
            lines.add(1, false, container.nextLine() + i, text);
          }
          sealing.store(transaction, container, container.nextLine(), lines, NOW);
          Containers.grow(transaction, ID, NODE, container.nextLine() + count, false, NOW);
        });
  }

  private Known container() {
    return reader.find(ID, TEAM).orElseThrow();
  }

  private List<Long> read(OptionalLong tail) throws Exception {
    List<Long> lines = new ArrayList<>();
    OutputQuery all = new OutputQuery(true, true, false, Long.MIN_VALUE, Long.MAX_VALUE, tail);
    reader.read(
        container(), all, line -> lines.add(Long.parseLong(new String(line.bytes(), UTF_8))));
    return lines;
  }

  private long fileCount() throws Exception {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }
}
