package dev.gantry.image.catalog;

import static dev.gantry.image.db.Tables.MANIFEST;
import static dev.gantry.image.db.Tables.MANIFEST_PART;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.image.manifest.PushedManifest;
import java.util.Collection;
import java.util.Comparator;
import org.jooq.DSLContext;

/** The rows of manifests and indexes, and of what they name. */
public final class Manifests {
  private Manifests() {}

  /** Adds one whose blobs, and its own, have rows. */
  public static void add(
      DSLContext tx, Digest digest, PushedManifest manifest, Collection<Digest> parts) {
    tx.insertInto(
            MANIFEST,
            MANIFEST.DIGEST,
            MANIFEST.MEDIA_TYPE,
            MANIFEST.ARTIFACT_TYPE,
            MANIFEST.SUBJECT,
            MANIFEST.ANNOTATIONS)
        .values(
            digest.value(),
            manifest.mediaType(),
            manifest.artifactType().isEmpty() ? null : manifest.artifactType(),
            manifest.subject().map(Digest::value).orElse(null),
            manifest.annotations().isEmpty()
                ? null
                : EngineJson.MAPPER.writeValueAsString(manifest.annotations()))
        .onConflictDoNothing()
        .execute();
    parts.stream()
        .sorted(Comparator.comparing(Digest::value))
        .forEach(part -> addPart(tx, digest, part));
  }

  private static void addPart(DSLContext tx, Digest manifest, Digest part) {
    tx.insertInto(MANIFEST_PART, MANIFEST_PART.MANIFEST, MANIFEST_PART.PART)
        .values(manifest.value(), part.value())
        .onConflictDoNothing()
        .execute();
  }
}
