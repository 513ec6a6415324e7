package dev.gantry.gateway.names;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, which may be away: also at the start, when the schema is brought up to date in the
 * background for as long as it takes. What needs it meanwhile is refused with its name.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final String SCHEMA = "gateway";

  /** Classes of SQLSTATE: connection, resources, shutdown, the system around it. */
  private static final Set<String> AWAY = Set.of("08", "53", "57", "58");

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final DataSource source;
  private final DSLContext jooq;
  private final Thread migration;
  private volatile boolean migrated;

  public Database(DataSource source) {
    this.source = source;
    this.jooq =
        DSL.using(
            source,
            SQLDialect.POSTGRES,
            new Settings()
                .withRenderSchema(false)
                .withRenderQuotedNames(RenderQuotedNames.NEVER)
                .withExecuteLogging(false));
    this.migration = Thread.ofVirtual().name("migration").unstarted(this::migrate);
  }

  public void start() {
    migration.start();
  }

  private void migrate() {
    try {
      while (!migrated && !Thread.currentThread().isInterrupted()) {
        try {
          Flyway.configure()
              .dataSource(source)
              .schemas(SCHEMA)
              .locations("classpath:db/api-gateway")
              .load()
              .migrate();
          // The first statement costs a quarter of a second of class loading; nobody waits for this
          // one.
          jooq.selectOne().fetch();
          migrated = true;
        } catch (FlywayException | DataAccessException e) {
          LOG.info("cannot migrate the database yet: {}", e.getMessage());
          Thread.sleep(AGAIN);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  public boolean ready() {
    return migrated;
  }

  /** Runs statements; where the database is away the caller is told so. */
  public <T> T run(Function<DSLContext, T> statements) {
    if (!migrated) {
      throw away(null);
    }
    try {
      return statements.apply(jooq);
    } catch (DataAccessException e) {
      throw unreachable(e) ? away(e) : e;
    }
  }

  /** Whether it says that the server is away, rather than that a statement is wrong. */
  private static boolean unreachable(DataAccessException e) {
    String state = String.valueOf(e.sqlState());
    return e.getCause() instanceof SQLTransientConnectionException
        || e.getCause() instanceof SQLNonTransientConnectionException
        || AWAY.contains(state.substring(0, Math.min(2, state.length())));
  }

  private static ServiceException away(@org.jspecify.annotations.Nullable Throwable cause) {
    return new ServiceException(
        ErrorCode.UNAVAILABLE, "PostgreSQL is not reachable; try again later", cause);
  }

  @Override
  public void close() {
    migration.interrupt();
  }
}
