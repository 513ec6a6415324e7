package dev.gantry.image.repository;

import static dev.gantry.image.db.Tables.BLOB;
import static dev.gantry.image.db.Tables.MANIFEST;
import static org.jooq.impl.DSL.noCondition;

import dev.gantry.engine.Digest;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** The manifests of a repository that are about another one (distribution-spec, "Referrers"). */
public final class Referrers {
  private Referrers() {}

  /**
   * One of them.
   *
   * @param annotations a JSON object
   */
  public record Referrer(
      Digest digest,
      String mediaType,
      long size,
      Optional<String> artifactType,
      Optional<String> annotations) {}

  /**
   * Those that are about {@code subject}, by digest.
   *
   * @param artifactType only those of this type; empty for all
   * @param last the digest behind which to begin; empty for the beginning
   */
  public static List<Referrer> of(
      DSLContext db, Space space, Digest subject, String artifactType, String last, int limit) {
    return db.select(
            MANIFEST.DIGEST,
            MANIFEST.MEDIA_TYPE,
            BLOB.SIZE,
            MANIFEST.ARTIFACT_TYPE,
            MANIFEST.ANNOTATIONS)
        .from(MANIFEST)
        .join(BLOB)
        .on(BLOB.DIGEST.eq(MANIFEST.DIGEST))
        .where(MANIFEST.SUBJECT.eq(subject.value()))
        .and(artifactType.isEmpty() ? noCondition() : MANIFEST.ARTIFACT_TYPE.eq(artifactType))
        .and(last.isEmpty() ? noCondition() : MANIFEST.DIGEST.gt(last))
        .and(MANIFEST.DIGEST.in(Repositories.manifests(space)))
        .orderBy(MANIFEST.DIGEST)
        .limit(limit)
        .fetch(
            row ->
                new Referrer(
                    new Digest(row.value1()),
                    row.value2(),
                    row.value3(),
                    Optional.ofNullable(row.value4()),
                    Optional.ofNullable(row.value5())));
  }
}
