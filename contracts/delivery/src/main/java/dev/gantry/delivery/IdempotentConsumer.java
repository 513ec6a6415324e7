package dev.gantry.delivery;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Applies each record of some topics to a service's database once: the effect and the partition's
 * offset are written in one transaction, and reading resumes at the offset in the database.
 * Instances of one group share the partitions; one that lost a partition without noticing is turned
 * away by the offset's row. Each service copies {@code dev/gantry/delivery/consumer.sql} (on the
 * class path) into its first migration.
 *
 * <p>While the broker, the database or the disk is away it waits and tries again. A record whose
 * effect fails for any other reason is {@linkplain DeadLetter buried}, alone, and the partition
 * goes on.
 */
public final class IdempotentConsumer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IdempotentConsumer.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Field<String> CONSUMER = DSL.field(DSL.name("consumer"), String.class);
  private static final Field<String> TOPIC = DSL.field(DSL.name("topic"), String.class);
  private static final Field<Integer> PARTITION =
      DSL.field(DSL.name("partition_number"), Integer.class);
  private static final Field<Long> NEXT = DSL.field(DSL.name("next_offset"), Long.class);

  /** What records do to the database. All records are of one partition, in order. */
  @FunctionalInterface
  public interface Effect {
    void apply(DSLContext transaction, List<ConsumerRecord<String, byte[]>> records)
        throws Exception;
  }

  private final String group;
  private final List<String> topics;
  private final Table<Record> offsets;
  private final DSLContext database;
  private final KafkaClients kafka;
  private final DeadLetter deadLetter;
  private final ConsumerTracing tracing;
  private final Effect effect;
  private volatile @Nullable Consumer<String, byte[]> consumer;
  private volatile boolean closed;
  private volatile long lag;
  private @Nullable Thread thread;

  /**
   * @param schema the service's schema, where its offsets are kept
   * @param group name of the group, by default the module's
   */
  public IdempotentConsumer(
      String group,
      Collection<String> topics,
      String schema,
      DSLContext database,
      KafkaClients kafka,
      DeadLetter deadLetter,
      ConsumerTracing tracing,
      Effect effect) {
    this.group = group;
    this.topics = List.copyOf(topics);
    this.offsets = DSL.table(DSL.name(schema, "consumer_offset"));
    this.database = database;
    this.kafka = kafka;
    this.deadLetter = deadLetter;
    this.tracing = tracing;
    this.effect = effect;
  }

  /**
   * True the first time an event's id is seen by this schema; for effects that are not idempotent
   * by nature (the producer's relay may have published an event twice). Ids are remembered for
   * eight days, longer than any topic keeps events.
   */
  public static boolean firstTime(DSLContext transaction, String schema, String eventId) {
    Table<Record> seen = DSL.table(DSL.name(schema, "seen_event"));
    if (Math.floorMod(eventId.hashCode(), 1000) == 0) {
      transaction
          .deleteFrom(seen)
          .where("seen_at < CURRENT_TIMESTAMP - INTERVAL '8 days'")
          .execute();
    }
    return transaction
            .insertInto(seen)
            .columns(DSL.field(DSL.name("id")))
            .values(eventId)
            .onConflictDoNothing()
            .execute()
        == 1;
  }

  /** Returns at once; never fails because the broker or the database is away. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("consumer-" + group).start(this::loop);
  }

  private void loop() {
    while (!closed) {
      try (Consumer<String, byte[]> member = kafka.member(group)) {
        consumer = member;
        member.subscribe(topics, seekOnAssignment(member));
        while (!closed) {
          poll(member);
        }
      } catch (WakeupException _) {
        return;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      } catch (KafkaException e) {
        log.warn("consumer {} begins again after: {}", group, e.getMessage());
      } catch (RuntimeException e) {
        log.error("consumer {} begins again", group, e);
      }
      if (!pause()) {
        return;
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(500);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ConsumerRebalanceListener seekOnAssignment(Consumer<String, byte[]> member) {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
          Long next = withDatabase(() -> nextOffset(database, partition));
          if (next == null) {
            member.seekToBeginning(List.of(partition));
          } else {
            member.seek(partition, next);
          }
        }
      }
    };
  }

  private void poll(Consumer<String, byte[]> member) throws InterruptedException {
    ConsumerRecords<String, byte[]> polled = member.poll(POLL);
    for (TopicPartition partition : polled.partitions()) {
      apply(partition, polled.records(partition));
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (TopicPartition partition : member.assignment()) {
      member.currentLag(partition).ifPresent(behind -> ends.put(partition, behind));
    }
    lag = ends.values().stream().collect(Collectors.summingLong(Long::longValue));
  }

  private void apply(TopicPartition partition, List<ConsumerRecord<String, byte[]>> records)
      throws InterruptedException {
    try {
      applyAll(partition, records);
    } catch (Poison e) {
      if (records.size() == 1) {
        deadLetter.bury(records.getFirst(), e.reason);
        applyOffset(partition, records.getFirst().offset() + 1);
      } else {
        for (ConsumerRecord<String, byte[]> one : records) {
          apply(partition, List.of(one));
        }
      }
    }
  }

  /** An effect failed for a reason that is the record's own. */
  private static final class Poison extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final transient Exception reason;

    Poison(Exception reason) {
      super(reason);
      this.reason = reason;
    }
  }

  private void applyAll(TopicPartition partition, List<ConsumerRecord<String, byte[]>> records) {
    withDatabase(
        () -> {
          database.transaction(
              configuration -> {
                DSLContext transaction = DSL.using(configuration);
                Long next = lockedOffset(transaction, partition);
                List<ConsumerRecord<String, byte[]>> fresh =
                    records.stream()
                        .filter(record -> next == null || record.offset() >= next)
                        .toList();
                if (fresh.isEmpty()) {
                  return;
                }
                var work = tracing.begin(group, fresh);
                try {
                  effect.apply(transaction, fresh);
                } catch (Exception e) {
                  work.failed(e);
                  if (isAway(e)) {
                    throw e;
                  }
                  throw new Poison(e);
                } finally {
                  work.close();
                }
                store(transaction, partition, fresh.getLast().offset() + 1);
              });
          return null;
        });
  }

  private void applyOffset(TopicPartition partition, long next) {
    withDatabase(
        () -> {
          store(database, partition, next);
          return null;
        });
  }

  private interface Task<T> {
    @Nullable T run();
  }

  /** Runs a task, again and again while the database is away. */
  private <T> @Nullable T withDatabase(Task<T> task) {
    for (int attempt = 0; ; attempt++) {
      try {
        return task.run();
      } catch (RuntimeException e) {
        if (!isAway(e) || closed) {
          throw e;
        }
        log.atLevel(attempt == 0 ? Level.WARN : Level.DEBUG)
            .log("consumer {} waits for its database or disk: {}", group, e.toString());
        if (!pause()) {
          throw e;
        }
      }
    }
  }

  /**
   * A reason that is not the record's own: a disk that takes nothing, or SQLSTATE classes 08
   * connection, 40 rolled back, 53 resources, 57 operator, 58 system; or no connection to be had.
   */
  private static boolean isAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return true;
      }
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        return state == null || state.matches("(08|40|53|57|58).*");
      }
    }
    return false;
  }

  private @Nullable Long nextOffset(DSLContext context, TopicPartition partition) {
    return context.select(NEXT).from(offsets).where(row(partition)).fetchOne(NEXT);
  }

  private @Nullable Long lockedOffset(DSLContext transaction, TopicPartition partition) {
    return transaction.select(NEXT).from(offsets).where(row(partition)).forUpdate().fetchOne(NEXT);
  }

  private org.jooq.Condition row(TopicPartition partition) {
    return CONSUMER
        .eq(group)
        .and(TOPIC.eq(partition.topic()))
        .and(PARTITION.eq(partition.partition()));
  }

  private void store(DSLContext transaction, TopicPartition partition, long next) {
    transaction
        .insertInto(offsets)
        .columns(CONSUMER, TOPIC, PARTITION, NEXT)
        .values(group, partition.topic(), partition.partition(), next)
        .onConflict(CONSUMER, TOPIC, PARTITION)
        .doUpdate()
        .set(NEXT, next)
        .execute();
  }

  /** Records between what was applied and the ends of the assigned partitions, as last seen. */
  public long lag() {
    return lag;
  }

  @Override
  public void close() {
    closed = true;
    Consumer<String, byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    Thread running = thread;
    if (running != null) {
      try {
        if (!running.join(Duration.ofSeconds(5))) {
          running.interrupt();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
