package dev.gantry.log.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.chunk.BlockWriter;
import dev.gantry.log.chunk.ChunkFiles;
import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Known;
import dev.gantry.log.index.Sealing;
import dev.gantry.ops.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many who wait for few lines, on a real database whose statements are counted. */
class FollowersTest {
  private static final TeamId TEAM = new TeamId("shop");
  private static final String NODE = "0123456789abcdef";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int CONTAINERS = 10;
  private static final int EACH = 4;
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final OutputQuery ALL =
      new OutputQuery(true, true, false, Long.MIN_VALUE, Long.MAX_VALUE, OptionalLong.empty());

  private final PostgresCluster postgres = PostgresCluster.start();
  private final AtomicInteger statements = new AtomicInteger();

  /** What the followers ask with; what is written comes by another one, as another instance's. */
  private final DSLContext counted =
      DSL.using(
          new DefaultConfiguration()
              .set(postgres.dataSource())
              .set(SQLDialect.POSTGRES)
              .set(
                  new DefaultExecuteListenerProvider(
                      new ExecuteListener() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        public void executeStart(ExecuteContext context) {
                          statements.incrementAndGet();
                        }
                      })));

  private final DSLContext other = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);

  /** Looks only when told to. */
  private final Followers followers = new Followers(counted, Duration.ofDays(1));

  private final AtomicInteger waits = new AtomicInteger();
  private final List<Reading> reading = new ArrayList<>();
  @TempDir Path folder;
  private OutputReader reader;

  @BeforeEach
  void tables() {
    postgres.executeResource("/db/log-service/V1__logs.sql");
    reader = new OutputReader(counted, new ChunkFiles(folder, new Random(1)));
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void oneLookServesAllAndWakesThoseWhoseContainerWrote() throws Exception {
    for (int i = 0; i < CONTAINERS; i++) {
      append(i, false, "begin");
      for (int j = 0; j < EACH; j++) {
        reading.add(new Reading(reader.find(id(i), TEAM).orElseThrow()));
      }
    }
    List<Reading> seventh = reading.subList(7 * EACH, 8 * EACH);
    await().until(() -> waits.get() == CONTAINERS * EACH);
    int before = statements.get();

    followers.look();
    followers.look();
    append(7, false, "more");
    followers.look();
    await().until(() -> waits.get() == CONTAINERS * EACH + EACH);

    // Three looks; and those who were woken ask for the next piece, and whether there is another.
    assertThat(statements.get() - before).isEqualTo(3 + EACH * 2);
    assertThat(seventh).allMatch(one -> one.lines.equals(List.of("begin", "more")));
    assertThat(reading.getFirst().lines).containsExactly("begin");

    append(7, true, "last");
    followers.look();
    for (Reading ended : seventh) {
      assertThat(ended.thread.join(DEADLINE)).isTrue();
      assertThat(ended.lines).containsExactly("begin", "more", "last");
    }
    for (Reading left : reading) {
      left.follower.close();
      assertThat(left.thread.join(DEADLINE)).isTrue();
    }
    before = statements.get();
    followers.look();
    assertThat(statements.get()).as("nobody is left").isEqualTo(before);
  }

  /** A client that follows. */
  private final class Reading {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final Followers.Follower follower;
    final Thread thread;

    Reading(Known container) {
      follower = followers.follow(container);
      thread = Thread.ofVirtual().start(() -> follow(container));
    }

    private void follow(Known container) {
      try {
        reader.follow(
            container,
            ALL,
            follower,
            waits::incrementAndGet,
            line -> lines.add(new String(line.bytes(), UTF_8)));
      } catch (IOException | InterruptedException | RuntimeException e) {
        lines.add(e.toString());
      }
    }
  }

  private static ContainerId id(int number) {
    return new ContainerId("%064x".formatted(number + 1));
  }

  private void append(int number, boolean ended, String text) {
    other.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          Known container = Containers.lock(transaction, id(number), TEAM, NODE, NOW);
          BlockWriter lines = new BlockWriter();
          lines.add(1, false, 0, text.getBytes(UTF_8));
          new Sealing(new ChunkFiles(folder, new Random(1)), 1 << 20)
              .store(transaction, container, container.nextLine(), lines, NOW);
          Containers.grow(transaction, id(number), NODE, container.nextLine() + 1, ended, NOW);
        });
  }
}
