package dev.gantry.image.repair;

import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.FileBlobStore;
import dev.gantry.image.bucket.BucketBlobStore;
import dev.gantry.image.bucket.BucketSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * {@code ops/verify-store}: says what is wrong with a store, a line for each defect, and ends with
 * 1 where anything is. Database and folder are found by the service's own variables, {@code
 * GANTRY_DATABASE_URL}, {@code GANTRY_DATABASE_USER}, {@code PGPASSFILE}, {@code GANTRY_IMAGE_DATA}
 * and {@code GANTRY_IMAGE_S3_…}.
 */
public final class VerifyStore {
  private VerifyStore() {}

  public static void main(String[] arguments) throws IOException, SQLException {
    LoggingSystem.get(VerifyStore.class.getClassLoader()).setLogLevel(null, LogLevel.WARN);
    Map<String, String> variables = System.getenv();
    Properties properties = new Properties();
    properties.setProperty("user", variables.getOrDefault("GANTRY_DATABASE_USER", "gantry"));
    properties.setProperty("currentSchema", "image");
    String url =
        variables.getOrDefault("GANTRY_DATABASE_URL", "jdbc:postgresql://127.0.0.1:7132/gantry");
    Path data =
        Path.of(variables.getOrDefault("GANTRY_IMAGE_DATA", "/var/lib/gantry/control/images"));
    Verification.Outcome outcome;
    BucketSettings bucket = BucketSettings.of(variables);
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      DSLContext database = DSL.using(connection, SQLDialect.POSTGRES);
      try (BlobStore blobs =
          bucket.isUsed()
              ? BucketBlobStore.open(bucket, data, connecting(url, properties)).start()
              : FileBlobStore.open(data)) {
        outcome = new Verification(database, blobs).run();
      }
    }
    outcome.defects().forEach(System.out::println);
    System.out.printf(
        "%d blobs (%d bytes) and %d manifests were read; %s%n",
        outcome.blobs(),
        outcome.bytes(),
        outcome.manifests(),
        outcome.defects().isEmpty() ? "all is well" : outcome.defects().size() + " defects");
    System.exit(outcome.defects().isEmpty() ? 0 : 1);
  }

  /** Connects for each question: a store in a bucket asks from several threads. */
  private static DSLContext connecting(String url, Properties properties) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(properties.getProperty("user"));
    source.setCurrentSchema(properties.getProperty("currentSchema"));
    return DSL.using(source, SQLDialect.POSTGRES);
  }
}
