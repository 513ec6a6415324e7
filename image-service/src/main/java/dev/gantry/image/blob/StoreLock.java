package dev.gantry.image.blob;

import org.jooq.DSLContext;

/**
 * The lock between those who name blobs and those who take them away. It belongs to the transaction
 * that took it, and is held for its last milliseconds only: everything slow (reading, hashing,
 * syncing) happens before.
 *
 * <p>Naming is shared: a load renames its files into place and inserts the rows that refer to them.
 * Taking away is exclusive: a collector that sees no reference to a blob knows that nobody is about
 * to commit one.
 */
public enum StoreLock {
  /** For adding blobs and references. */
  NAMING("pg_advisory_xact_lock_shared"),
  /** For removing blobs, and for comparing files with rows. */
  REMOVING("pg_advisory_xact_lock");

  private static final long KEY = 0x67616e7472795f69L; // "gantry_i"

  private final String function;

  StoreLock(String function) {
    this.function = function;
  }

  public void take(DSLContext transaction) {
    transaction.fetch("select " + function + "(" + KEY + ")");
  }
}
