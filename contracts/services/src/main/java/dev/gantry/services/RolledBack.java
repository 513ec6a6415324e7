package dev.gantry.services;

import java.sql.SQLException;
import java.util.Optional;
import org.jooq.exception.DataAccessException;

/** Why a transaction was rolled back, where that was not the database's doing. */
public final class RolledBack {
  private RolledBack() {}

  /**
   * What a step of the transaction threw: jOOQ wraps it as it does what the database says. Empty
   * where the database failed.
   */
  public static Optional<Throwable> cause(Exception failure) {
    return failure instanceof DataAccessException wrapped
            && wrapped.getCause(SQLException.class) == null
        ? Optional.ofNullable(wrapped.getCause())
        : Optional.empty();
  }
}
