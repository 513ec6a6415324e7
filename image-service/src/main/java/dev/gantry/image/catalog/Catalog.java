package dev.gantry.image.catalog;

import static dev.gantry.image.db.Tables.CONFIG;
import static dev.gantry.image.db.Tables.IMAGE;
import static dev.gantry.image.db.Tables.MANIFEST_PART;
import static dev.gantry.image.db.Tables.REPOSITORY_DIGEST;
import static dev.gantry.image.db.Tables.TAG;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.trueCondition;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.engine.TeamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import tools.jackson.core.type.TypeReference;

/** Reading what a team has. Every question carries the team; there is none without. */
public final class Catalog {
  private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

  /** Whether an index of the same repository names the manifest. */
  private static final Field<Boolean> IS_OF_AN_INDEX = isOfAnIndex();

  private Catalog() {}

  private static Field<Boolean> isOfAnIndex() {
    var index = REPOSITORY_DIGEST.as("index_digest");
    return field(
        exists(
            selectOne()
                .from(MANIFEST_PART)
                .join(index)
                .on(index.DIGEST.eq(MANIFEST_PART.MANIFEST))
                .where(MANIFEST_PART.PART.eq(REPOSITORY_DIGEST.DIGEST))
                .and(index.TEAM.eq(REPOSITORY_DIGEST.TEAM))
                .and(index.REPOSITORY.eq(REPOSITORY_DIGEST.REPOSITORY))));
  }

  /** All images of the team, the newest first. */
  public static List<TeamImage> images(DSLContext db, TeamId team) {
    return fetch(db, team, trueCondition(), trueCondition(), trueCondition());
  }

  public static Optional<TeamImage> image(DSLContext db, TeamId team, Digest id) {
    String image = id.value();
    return fetch(
            db, team, IMAGE.ID.eq(image), TAG.IMAGE.eq(image), REPOSITORY_DIGEST.IMAGE.eq(image))
        .stream()
        .findFirst();
  }

  /** The labels of an image that somebody has. */
  public static Map<String, String> labels(DSLContext db, Digest id) {
    return db.select(CONFIG.LABELS)
        .from(CONFIG)
        .where(CONFIG.DIGEST.eq(id.value()))
        .fetchOptional(row -> EngineJson.MAPPER.readValue(row.value1(), LABELS))
        .orElse(Map.of());
  }

  /**
   * Finds what a client means: a name (with {@code latest} where it has no tag), a name with a
   * digest, an id, or the beginning of one that is not ambiguous.
   */
  public static Lookup find(DSLContext db, TeamId team, String text) {
    Optional<Digest> fullId = ImageNames.fullId(text);
    if (fullId.isPresent()) {
      return found(image(db, team, fullId.get()), true, text);
    }
    Optional<Reference> reference = Reference.parse(text);
    if (reference.isEmpty()) {
      return new Lookup.Malformed(ImageNames.whyNot(text));
    }
    Optional<TeamImage> named = named(db, team, reference.get()).flatMap(id -> image(db, team, id));
    if (named.isPresent()) {
      return new Lookup.Found(named.get(), isPrefix(text, named.get()));
    }
    return found(
        ImageNames.idPrefix(text)
            .flatMap(prefix -> withPrefix(db, team, prefix))
            .flatMap(id -> image(db, team, id)),
        true,
        text);
  }

  /** The image that a tag, or a digest of a repository, names. */
  public static Optional<Digest> named(DSLContext db, TeamId team, Reference name) {
    Digest digest = name.digest();
    if (digest == null) {
      return db.select(TAG.IMAGE)
          .from(TAG)
          .where(TAG.TEAM.eq(team.value()))
          .and(TAG.REPOSITORY.eq(name.repository()))
          .and(TAG.TAG_.eq(name.tag()))
          .fetchOptional(TAG.IMAGE)
          .map(Digest::new);
    }
    return db.select(REPOSITORY_DIGEST.IMAGE)
        .from(REPOSITORY_DIGEST)
        .where(REPOSITORY_DIGEST.TEAM.eq(team.value()))
        .and(REPOSITORY_DIGEST.REPOSITORY.eq(name.repository()))
        .and(REPOSITORY_DIGEST.DIGEST.eq(digest.value()))
        .fetchOptional(REPOSITORY_DIGEST.IMAGE)
        .or(() -> byManifest(db, team, name.repository(), digest))
        .map(Digest::new);
  }

  /** An image that was loaded is known by its manifest, too, in the repositories of its tags. */
  private static Optional<String> byManifest(
      DSLContext db, TeamId team, String repository, Digest manifest) {
    return db.select(IMAGE.ID)
        .from(IMAGE)
        .join(TAG)
        .on(TAG.TEAM.eq(IMAGE.TEAM).and(TAG.IMAGE.eq(IMAGE.ID)))
        .where(IMAGE.TEAM.eq(team.value()))
        .and(IMAGE.MANIFEST.eq(manifest.value()))
        .and(TAG.REPOSITORY.eq(repository))
        .limit(1)
        .fetchOptional(IMAGE.ID);
  }

  /** The image whose id begins so; none where several do. */
  public static Optional<Digest> withPrefix(DSLContext db, TeamId team, String digits) {
    List<String> ids =
        db.select(IMAGE.ID)
            .from(IMAGE)
            .where(IMAGE.TEAM.eq(team.value()))
            .and(IMAGE.ID.startsWith("sha256:" + digits))
            .limit(2)
            .fetch(IMAGE.ID);
    return ids.size() == 1 ? Optional.of(new Digest(ids.getFirst())) : Optional.empty();
  }

  private static boolean isPrefix(String text, TeamImage image) {
    return image.id().value().startsWith(text) || image.id().hex().startsWith(text);
  }

  private static Lookup found(Optional<TeamImage> image, boolean byId, String text) {
    return image
        .<Lookup>map(found -> new Lookup.Found(found, byId))
        .orElseGet(() -> new Lookup.Missing(ImageNames.noSuchImage(text)));
  }

  private static List<TeamImage> fetch(
      DSLContext db, TeamId team, Condition images, Condition tags, Condition digests) {
    Map<String, List<Reference>> tagsOf = new HashMap<>();
    db.selectFrom(TAG)
        .where(TAG.TEAM.eq(team.value()))
        .and(TAG.IMAGE.isNotNull())
        .and(tags)
        .orderBy(TAG.REPOSITORY, TAG.TAG_)
        .forEach(
            row ->
                put(tagsOf, row.get(TAG.IMAGE), name(row.get(TAG.REPOSITORY), row.get(TAG.TAG_))));
    Map<String, List<Reference>> digestsOf = new HashMap<>();
    Set<Reference> parts = new HashSet<>();
    db.select(
            REPOSITORY_DIGEST.IMAGE,
            REPOSITORY_DIGEST.REPOSITORY,
            REPOSITORY_DIGEST.DIGEST,
            IS_OF_AN_INDEX)
        .from(REPOSITORY_DIGEST)
        .where(REPOSITORY_DIGEST.TEAM.eq(team.value()))
        .and(REPOSITORY_DIGEST.IMAGE.isNotNull())
        .and(digests)
        .orderBy(REPOSITORY_DIGEST.REPOSITORY, REPOSITORY_DIGEST.DIGEST)
        .forEach(
            row -> {
              Reference name = name(row.value2(), new Digest(row.value3()));
              put(digestsOf, row.value1(), name);
              if (row.value4()) {
                parts.add(name);
              }
            });
    return db.select()
        .from(IMAGE)
        .join(CONFIG)
        .on(CONFIG.DIGEST.eq(IMAGE.ID))
        .where(IMAGE.TEAM.eq(team.value()))
        .and(images)
        .orderBy(CONFIG.CREATED_AT.desc().nullsLast(), IMAGE.ID)
        .fetch(row -> image(row, tagsOf, digestsOf, parts));
  }

  private static TeamImage image(
      Record row,
      Map<String, List<Reference>> tagsOf,
      Map<String, List<Reference>> digestsOf,
      Set<Reference> parts) {
    String id = row.get(IMAGE.ID);
    return new TeamImage(
        new Digest(id),
        new Digest(row.get(IMAGE.MANIFEST)),
        Optional.ofNullable(row.get(IMAGE.PARENT)).map(Digest::new),
        Optional.ofNullable(row.get(CONFIG.CREATED_AT)),
        EngineJson.MAPPER.readValue(row.get(CONFIG.LABELS), LABELS),
        row.get(CONFIG.SIZE),
        Optional.ofNullable(row.get(IMAGE.LAST_TAGGED_AT)),
        tagsOf.getOrDefault(id, List.of()),
        digestsOf.getOrDefault(id, List.of()),
        parts);
  }

  private static void put(Map<String, List<Reference>> map, String id, Reference name) {
    map.computeIfAbsent(id, _ -> new ArrayList<>()).add(name);
  }

  /** The name of a tag's row. */
  public static Reference name(String repository, String tag) {
    int slash = repository.indexOf('/');
    return new Reference(
        repository.substring(0, slash), repository.substring(slash + 1), tag, null);
  }

  private static Reference name(String repository, Digest digest) {
    int slash = repository.indexOf('/');
    return new Reference(
        repository.substring(0, slash), repository.substring(slash + 1), null, digest);
  }
}
