package dev.gantry.image;

import dev.gantry.ops.testkit.PostgresCluster;
import java.util.List;

/** The schema as the migrations make it. */
public final class TestSchema {
  private static final List<String> MIGRATIONS =
      List.of(
          "V1__images.sql",
          "V2__delivery.sql",
          "V3__parents.sql",
          "V4__registry.sql",
          "V5__tokens.sql",
          "V6__quotas.sql",
          "V7__tag_rules.sql",
          "V8__blob_holders.sql",
          "V9__bucket.sql");

  private TestSchema() {}

  /** Makes it, once for each cluster. */
  public static void create(PostgresCluster postgres) {
    postgres.execute("CREATE SCHEMA image; ALTER ROLE CURRENT_USER SET search_path = image");
    MIGRATIONS.forEach(script -> postgres.executeResource("/db/image-service/" + script));
  }

  /** Removes all that tests have put there. */
  public static void empty(PostgresCluster postgres) {
    postgres.execute(
        "TRUNCATE blob_holder, upload, pending_blob, repository_digest, tag, tag_history, image,"
            + " manifest_part, manifest_layer, manifest, config, layer, team_blob, team_usage,"
            + " quota, immutable_tag, retention_rule, blob, object_hold, bucket_object, outbox");
  }
}
