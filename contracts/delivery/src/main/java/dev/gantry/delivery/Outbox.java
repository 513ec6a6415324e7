package dev.gantry.delivery;

import dev.gantry.events.EventCodec;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * The queue of messages in a service's own schema: written in the transaction that changes the
 * noun, published by {@link OutboxRelay} after the commit. Append as the last thing in the
 * transaction. Each service copies {@code dev/gantry/delivery/outbox.sql} (on the class path) into
 * its first migration.
 */
public final class Outbox {
  private final String schema;

  /**
   * @param schema the service's schema, as {@code image}
   */
  public Outbox(String schema) {
    this.schema = schema;
  }

  /** Same key, same order: transactions that append to one key wait for each other. */
  public void append(DSLContext transaction, Message message) {
    transaction.execute(
        "SELECT pg_advisory_xact_lock(hashtext({0}), hashtext({1}))",
        DSL.val(schema + message.topic()), DSL.val(message.key()));
    transaction
        .insertInto(DSL.table(DSL.name(schema, "outbox")))
        .columns(
            DSL.field(DSL.name("topic")),
            DSL.field(DSL.name("message_key")),
            DSL.field(DSL.name("headers")),
            DSL.field(DSL.name("value"), SQLDataType.BLOB))
        .values(
            message.topic(),
            message.key(),
            EventCodec.JSON.writeValueAsString(message.headers()),
            message.value())
        .execute();
    transaction.execute("SELECT pg_notify({0}, '')", DSL.val(channel(schema)));
  }

  static String channel(String schema) {
    return "outbox_" + schema;
  }
}
