package dev.gantry.image.catalog;

import static dev.gantry.image.db.Tables.BLOB;
import static dev.gantry.image.db.Tables.CONFIG;
import static dev.gantry.image.db.Tables.IMAGE;
import static dev.gantry.image.db.Tables.LAYER;
import static dev.gantry.image.db.Tables.MANIFEST;
import static dev.gantry.image.db.Tables.MANIFEST_LAYER;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.PushedManifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The rows of images and of what they are made of. */
public final class Images {
  private Images() {}

  /**
   * Gives the team an image that is whole. The caller holds the lock of the team and that of the
   * store, and has moved the blobs into place.
   *
   * @param parent the image from which it was made, where one of the team's was
   */
  public static void add(
      DSLContext tx, TeamId team, NewImage image, Optional<Digest> parent, Instant now) {
    describe(tx, image, now);
    tx.insertInto(IMAGE, IMAGE.TEAM, IMAGE.ID, IMAGE.MANIFEST, IMAGE.PARENT, IMAGE.ADDED_AT)
        .values(
            team.value(),
            image.id().value(),
            image.manifest().digest().value(),
            parent.map(Digest::value).orElse(null),
            now)
        .execute();
  }

  /** Writes down what an image is made of, whose blobs have rows, for whoever has it. */
  public static void describe(DSLContext tx, NewImage image, Instant now) {
    // Always in the same order, so that two loads that share layers do not wait in a circle.
    image.layers().stream()
        .sorted(Comparator.comparing(layer -> layer.digest().value()))
        .distinct()
        .forEach(layer -> insert(tx, layer));
    tx.insertInto(CONFIG, CONFIG.DIGEST, CONFIG.CREATED_AT, CONFIG.LABELS, CONFIG.SIZE)
        .values(
            image.id().value(),
            image.config().created().orElse(null),
            EngineJson.MAPPER.writeValueAsString(image.config().labels()),
            image.size())
        .onConflictDoNothing()
        .execute();
    insertManifest(tx, image);
  }

  /** The rows of its blobs alone. */
  public static void addBlobs(DSLContext tx, NewImage image, Instant now) {
    Map<Digest, Long> sizes = new HashMap<>();
    sizes.put(image.id(), (long) image.config().bytes().length);
    sizes.put(image.manifest().digest(), (long) image.manifest().bytes().length);
    image.layers().forEach(layer -> sizes.put(layer.digest(), layer.size()));
    sizes.entrySet().stream()
        .sorted(Comparator.comparing(blob -> blob.getKey().value()))
        .forEach(blob -> BlobRows.insert(tx, blob.getKey(), blob.getValue(), now));
  }

  private static void insert(DSLContext tx, LayerFacts layer) {
    tx.insertInto(
            LAYER,
            LAYER.DIGEST,
            LAYER.DIFF_ID,
            LAYER.MEDIA_TYPE,
            LAYER.TAR_SIZE,
            LAYER.UNPACKED_SIZE)
        .values(
            layer.digest().value(),
            layer.diffId().value(),
            layer.mediaType(),
            layer.tarSize(),
            layer.unpackedSize())
        .onConflictDoNothing()
        .execute();
  }

  private static void insertManifest(DSLContext tx, NewImage image) {
    String digest = image.manifest().digest().value();
    Manifests.add(
        tx,
        image.manifest().digest(),
        PushedManifest.parse(image.manifest().bytes(), image.manifest().mediaType()),
        image.manifest().references().map(ContentDescriptor::digest).toList());
    int known =
        tx.update(MANIFEST)
            .set(MANIFEST.CONFIG, image.id().value())
            .where(MANIFEST.DIGEST.eq(digest))
            .and(MANIFEST.CONFIG.isNull())
            .execute();
    if (known == 0) {
      return;
    }
    for (int i = 0; i < image.layers().size(); i++) {
      tx.insertInto(
              MANIFEST_LAYER,
              MANIFEST_LAYER.MANIFEST,
              MANIFEST_LAYER.POSITION,
              MANIFEST_LAYER.LAYER)
          .values(digest, i, image.layers().get(i).digest().value())
          .execute();
    }
  }

  /** The layers of a manifest, lowest first. */
  public static List<LayerFacts> layers(DSLContext db, Digest manifest) {
    return db.select()
        .from(MANIFEST_LAYER)
        .join(LAYER)
        .on(LAYER.DIGEST.eq(MANIFEST_LAYER.LAYER))
        .join(BLOB)
        .on(BLOB.DIGEST.eq(LAYER.DIGEST))
        .where(MANIFEST_LAYER.MANIFEST.eq(manifest.value()))
        .orderBy(MANIFEST_LAYER.POSITION)
        .fetch(Images::facts);
  }

  /** What is known of a blob that was read through as a layer before. */
  public static Optional<LayerFacts> layer(DSLContext db, Digest blob) {
    return db.select()
        .from(LAYER)
        .join(BLOB)
        .on(BLOB.DIGEST.eq(LAYER.DIGEST))
        .where(LAYER.DIGEST.eq(blob.value()))
        .fetchOptional(Images::facts);
  }

  private static LayerFacts facts(Record row) {
    return new LayerFacts(
        new Digest(row.get(LAYER.DIGEST)),
        row.get(BLOB.SIZE),
        new Digest(row.get(LAYER.DIFF_ID)),
        row.get(LAYER.MEDIA_TYPE),
        row.get(LAYER.TAR_SIZE),
        row.get(LAYER.UNPACKED_SIZE));
  }

  /** The diff IDs, lowest first, and unpacked sizes of every image of the team. */
  public static Map<Digest, List<LayerSize>> layersOfTeam(DSLContext db, TeamId team) {
    Map<Digest, List<LayerSize>> out = new HashMap<>();
    db.select(IMAGE.ID, LAYER.DIFF_ID, LAYER.UNPACKED_SIZE)
        .from(IMAGE)
        .join(MANIFEST_LAYER)
        .on(MANIFEST_LAYER.MANIFEST.eq(IMAGE.MANIFEST))
        .join(LAYER)
        .on(LAYER.DIGEST.eq(MANIFEST_LAYER.LAYER))
        .where(IMAGE.TEAM.eq(team.value()))
        .orderBy(IMAGE.ID, MANIFEST_LAYER.POSITION)
        .forEach(
            row ->
                out.computeIfAbsent(new Digest(row.value1()), _ -> new ArrayList<>())
                    .add(new LayerSize(new Digest(row.value2()), row.value3())));
    return out;
  }

  /** A layer by what it unpacks to. */
  public record LayerSize(Digest diffId, long size) {}

  /** True where the team has an image of which the blob is a part. */
  public static boolean mayRead(DSLContext db, TeamId team, Digest blob) {
    String digest = blob.value();
    return db.fetchExists(
        db.selectOne()
            .from(IMAGE)
            .where(IMAGE.TEAM.eq(team.value()))
            .and(
                IMAGE
                    .ID
                    .eq(digest)
                    .or(IMAGE.MANIFEST.eq(digest))
                    .or(
                        IMAGE.MANIFEST.in(
                            db.select(MANIFEST_LAYER.MANIFEST)
                                .from(MANIFEST_LAYER)
                                .where(MANIFEST_LAYER.LAYER.eq(digest))))));
  }

  /** Takes an image without names from the team; what it was made of is for the collector. */
  public static void remove(DSLContext tx, TeamId team, Digest id) {
    tx.deleteFrom(IMAGE).where(IMAGE.TEAM.eq(team.value())).and(IMAGE.ID.eq(id.value())).execute();
  }
}
