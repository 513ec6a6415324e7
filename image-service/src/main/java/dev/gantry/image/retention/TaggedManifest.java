package dev.gantry.image.retention;

import static dev.gantry.image.db.Tables.TAG;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.Catalog;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;

/**
 * A tag, what it names, and when it was last set.
 *
 * @param image the id of the team's image that it leads to; empty for none
 */
record TaggedManifest(Reference name, Digest manifest, String image, Instant tagged) {

  static List<TaggedManifest> of(DSLContext db, TeamId team, String repository) {
    return db.selectFrom(TAG)
        .where(TAG.TEAM.eq(team.value()))
        .and(TAG.REPOSITORY.eq(repository))
        .fetch(
            row -> {
              String image = row.get(TAG.IMAGE);
              return new TaggedManifest(
                  Catalog.name(repository, row.get(TAG.TAG_)),
                  new Digest(row.get(TAG.MANIFEST)),
                  image == null ? "" : image,
                  row.get(TAG.TAGGED_AT));
            });
  }

  static List<String> repositories(DSLContext db, TeamId team) {
    return db.selectDistinct(TAG.REPOSITORY)
        .from(TAG)
        .where(TAG.TEAM.eq(team.value()))
        .orderBy(TAG.REPOSITORY)
        .fetch(TAG.REPOSITORY);
  }
}
