package dev.gantry.delivery;

import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.DSLContext;

/**
 * Applies each record of some topics to a service's database once: the effect and the partition's
 * offset are written in one transaction, and reading resumes at the offset in the database.
 * Instances of one group share the partitions; one that lost a partition without noticing is turned
 * away by the offset's row. Each service copies {@code dev/gantry/delivery/consumer.sql} (on the
 * class path) into its first migration.
 *
 * <p>While the broker or the database is away it waits and tries again. A record whose effect fails
 * for any other reason is {@linkplain DeadLetter buried}, alone, and the partition goes on.
 */
public final class IdempotentConsumer implements AutoCloseable {

  /** What records do to the database. All records are of one partition, in order. */
  @FunctionalInterface
  public interface Effect {
    void apply(DSLContext transaction, List<ConsumerRecord<String, byte[]>> records)
        throws Exception;
  }

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
      Effect effect) {
    throw new UnsupportedOperationException();
  }

  /**
   * True the first time an event's id is seen by this schema; for effects that are not idempotent
   * by nature (the producer's relay may have published an event twice). Ids are remembered for
   * eight days, longer than any topic keeps events.
   */
  public static boolean firstTime(DSLContext transaction, String schema, String eventId) {
    throw new UnsupportedOperationException();
  }

  /** Returns at once; never fails because the broker or the database is away. */
  public void start() {}

  /** Records between what was applied and the ends of the assigned partitions, as last seen. */
  public long lag() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
