package dev.gantry.image.repository;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.event.ImageEvents;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/** What an event of a repository is about, with the labels of the image where it is one. */
public final class EventSubject {
  private EventSubject() {}

  /** A manifest by the name that leads to it. */
  public static ImageEvents.Of named(DSLContext db, TeamId team, Reference name, Digest manifest) {
    return of(db, manifest, Catalog.named(db, team, name));
  }

  static ImageEvents.Of of(DSLContext db, Digest subject, Optional<Digest> image) {
    return new ImageEvents.Of(subject, image.map(id -> Catalog.labels(db, id)).orElse(Map.of()));
  }
}
