package dev.gantry.image.repository;

import static dev.gantry.image.db.Tables.BLOB;
import static dev.gantry.image.db.Tables.MANIFEST;
import static dev.gantry.image.db.Tables.MANIFEST_PART;
import static dev.gantry.image.db.Tables.PENDING_BLOB;
import static dev.gantry.image.db.Tables.REPOSITORY_DIGEST;
import static dev.gantry.image.db.Tables.TAG;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;

/** Reading what a repository holds. What is in another one, or another team's, is not there. */
public final class Repositories {
  /** Sorts and compares as the specification wants it, whatever the database's own order is. */
  private static final String BYTEWISE = "C";

  private Repositories() {}

  /** A manifest of a repository. */
  public record Held(Digest digest, String mediaType, long size) {}

  /** The digests of the repository's manifests: of its own, and those that tags gave it. */
  static Select<Record1<String>> manifests(Space space) {
    return select(REPOSITORY_DIGEST.DIGEST)
        .from(REPOSITORY_DIGEST)
        .where(REPOSITORY_DIGEST.TEAM.eq(space.teamName()))
        .and(REPOSITORY_DIGEST.REPOSITORY.eq(space.repository()))
        .union(
            select(TAG.MANIFEST)
                .from(TAG)
                .where(TAG.TEAM.eq(space.teamName()))
                .and(TAG.REPOSITORY.eq(space.repository())));
  }

  public static boolean isKnown(DSLContext db, Space space) {
    return db.fetchExists(manifests(space))
        || db.fetchExists(
            PENDING_BLOB,
            PENDING_BLOB
                .TEAM
                .eq(space.teamName())
                .and(PENDING_BLOB.REPOSITORY.eq(space.repository())));
  }

  public static Optional<Held> byTag(DSLContext db, Space space, String tag) {
    return db.select(MANIFEST.DIGEST, MANIFEST.MEDIA_TYPE, BLOB.SIZE)
        .from(TAG)
        .join(MANIFEST)
        .on(MANIFEST.DIGEST.eq(TAG.MANIFEST))
        .join(BLOB)
        .on(BLOB.DIGEST.eq(MANIFEST.DIGEST))
        .where(TAG.TEAM.eq(space.teamName()))
        .and(TAG.REPOSITORY.eq(space.repository()))
        .and(TAG.TAG_.eq(tag))
        .fetchOptional(row -> new Held(new Digest(row.value1()), row.value2(), row.value3()));
  }

  public static Optional<Held> byDigest(DSLContext db, Space space, Digest digest) {
    return db.select(MANIFEST.DIGEST, MANIFEST.MEDIA_TYPE, BLOB.SIZE)
        .from(MANIFEST)
        .join(BLOB)
        .on(BLOB.DIGEST.eq(MANIFEST.DIGEST))
        .where(MANIFEST.DIGEST.eq(digest.value()))
        .and(MANIFEST.DIGEST.in(manifests(space)))
        .fetchOptional(row -> new Held(new Digest(row.value1()), row.value2(), row.value3()));
  }

  /** The sizes of those of the manifests that the repository has. */
  static Map<Digest, Long> heldManifests(DSLContext db, Space space, Collection<Digest> manifests) {
    return sizes(db, manifests, BLOB.DIGEST.in(manifests(space)));
  }

  /** The sizes of those of the blobs that the repository has, named by a manifest or not yet. */
  static Map<Digest, Long> heldBlobs(DSLContext db, Space space, Collection<Digest> blobs) {
    return sizes(db, blobs, isHeld(space));
  }

  /** The size of a blob that the repository has. */
  public static Optional<Long> blob(DSLContext db, Space space, Digest blob) {
    return Optional.ofNullable(heldBlobs(db, space, List.of(blob)).get(blob));
  }

  /** True where a manifest of the repository names the blob or manifest. */
  public static boolean isNamed(DSLContext db, Space space, Digest part) {
    return db.fetchExists(
        MANIFEST_PART,
        MANIFEST_PART.PART.eq(part.value()).and(MANIFEST_PART.MANIFEST.in(manifests(space))));
  }

  /** A repository of the team that has the blob. */
  public static Optional<String> having(DSLContext db, TeamId team, Digest blob) {
    return db.select(PENDING_BLOB.REPOSITORY)
        .from(PENDING_BLOB)
        .where(PENDING_BLOB.TEAM.eq(team.value()))
        .and(PENDING_BLOB.DIGEST.eq(blob.value()))
        .union(
            select(REPOSITORY_DIGEST.REPOSITORY)
                .from(REPOSITORY_DIGEST)
                .join(MANIFEST_PART)
                .on(MANIFEST_PART.MANIFEST.eq(REPOSITORY_DIGEST.DIGEST))
                .where(REPOSITORY_DIGEST.TEAM.eq(team.value()))
                .and(MANIFEST_PART.PART.eq(blob.value())))
        .union(
            select(TAG.REPOSITORY)
                .from(TAG)
                .join(MANIFEST_PART)
                .on(MANIFEST_PART.MANIFEST.eq(TAG.MANIFEST))
                .where(TAG.TEAM.eq(team.value()))
                .and(MANIFEST_PART.PART.eq(blob.value())))
        .limit(1)
        .fetchOptional(Record1::value1);
  }

  /** The paths of the team's repositories of a registry of which a manifest names the blob. */
  public static List<String> pathsNaming(DSLContext db, TeamId team, String domain, Digest blob) {
    return db.selectDistinct(REPOSITORY_DIGEST.REPOSITORY)
        .from(REPOSITORY_DIGEST)
        .join(MANIFEST_PART)
        .on(MANIFEST_PART.MANIFEST.eq(REPOSITORY_DIGEST.DIGEST))
        .where(REPOSITORY_DIGEST.TEAM.eq(team.value()))
        .and(REPOSITORY_DIGEST.REPOSITORY.startsWith(domain + "/"))
        .and(MANIFEST_PART.PART.eq(blob.value()))
        .orderBy(REPOSITORY_DIGEST.REPOSITORY)
        .limit(3)
        .fetch(row -> row.value1().substring(domain.length() + 1));
  }

  private static Condition isHeld(Space space) {
    return exists(
            selectOne()
                .from(PENDING_BLOB)
                .where(PENDING_BLOB.TEAM.eq(space.teamName()))
                .and(PENDING_BLOB.REPOSITORY.eq(space.repository()))
                .and(PENDING_BLOB.DIGEST.eq(BLOB.DIGEST)))
        .or(
            exists(
                selectOne()
                    .from(MANIFEST_PART)
                    .where(MANIFEST_PART.PART.eq(BLOB.DIGEST))
                    .and(MANIFEST_PART.MANIFEST.in(manifests(space)))));
  }

  private static Map<Digest, Long> sizes(
      DSLContext db, Collection<Digest> wanted, Condition condition) {
    Map<Digest, Long> sizes = new HashMap<>();
    db.select(BLOB.DIGEST, BLOB.SIZE)
        .from(BLOB)
        .where(BLOB.DIGEST.in(wanted.stream().map(Digest::value).toList()))
        .and(condition)
        .forEach(row -> sizes.put(new Digest(row.value1()), row.value2()));
    return sizes;
  }

  /** The tags behind {@code last}, in order; at most {@code limit}. */
  public static List<String> tags(DSLContext db, Space space, String last, int limit) {
    Field<String> tag = TAG.TAG_.collate(BYTEWISE);
    return db.select(TAG.TAG_)
        .from(TAG)
        .where(TAG.TEAM.eq(space.teamName()))
        .and(TAG.REPOSITORY.eq(space.repository()))
        .and(last.isEmpty() ? noCondition() : tag.gt(last))
        .orderBy(tag)
        .limit(limit)
        .fetch(TAG.TAG_);
  }

  /** The whole names of the team's repositories behind {@code last}, in order. */
  public static List<String> names(DSLContext db, TeamId team, String last, int limit) {
    var all =
        select(TAG.REPOSITORY)
            .from(TAG)
            .where(TAG.TEAM.eq(team.value()))
            .union(
                select(REPOSITORY_DIGEST.REPOSITORY)
                    .from(REPOSITORY_DIGEST)
                    .where(REPOSITORY_DIGEST.TEAM.eq(team.value())))
            .asTable("all_names", "name");
    Field<String> name = field("all_names.name", String.class).collate(BYTEWISE);
    return db.select(field("all_names.name", String.class))
        .from(all)
        .where(last.isEmpty() ? noCondition() : name.gt(last))
        .orderBy(name)
        .limit(limit)
        .fetch(Record1::value1);
  }
}
