package dev.gantry.image.token;

import static dev.gantry.image.db.Tables.SIGNING_KEY;

import java.security.SecureRandom;
import java.time.Instant;
import org.jooq.DSLContext;

/** The key of all instances. It is read for each token, so that it is changed by deleting it. */
final class SigningKey {
  private static final short ONLY = 1;
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SigningKey() {}

  static byte[] read(DSLContext db, Instant now) {
    byte[] key = find(db);
    if (key != null) {
      return key;
    }
    byte[] made = new byte[BYTES];
    RANDOM.nextBytes(made);
    db.insertInto(SIGNING_KEY, SIGNING_KEY.ID, SIGNING_KEY.SECRET, SIGNING_KEY.MADE_AT)
        .values(ONLY, made, now)
        .onConflictDoNothing()
        .execute();
    // Another instance may have been the first.
    return read(db, now);
  }

  private static byte @org.jspecify.annotations.Nullable [] find(DSLContext db) {
    return db.select(SIGNING_KEY.SECRET)
        .from(SIGNING_KEY)
        .where(SIGNING_KEY.ID.eq(ONLY))
        .fetchOne(SIGNING_KEY.SECRET);
  }
}
