package dev.gantry.delivery;

import org.jooq.DSLContext;

/**
 * The queue of messages in a service's own schema: written in the transaction that changes the
 * noun, published by {@link OutboxRelay} after the commit. Append as the last thing in the
 * transaction. Each service copies {@code dev/gantry/delivery/outbox.sql} (on the class path) into
 * its first migration.
 */
public final class Outbox {

  /**
   * @param schema the service's schema, as {@code image}
   */
  public Outbox(String schema) {
    throw new UnsupportedOperationException();
  }

  /** Same key, same order: transactions that append to one key wait for each other. */
  public void append(DSLContext transaction, Message message) {
    throw new UnsupportedOperationException();
  }
}
