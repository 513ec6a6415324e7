package dev.gantry.image.removal;

import dev.gantry.engine.Digest;
import dev.gantry.engine.ImageDeleted;
import dev.gantry.engine.Reference;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.Lookup;
import dev.gantry.image.catalog.Tags;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.catalog.TeamLock;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.manifest.ChainId;
import dev.gantry.image.rule.RuleRows;
import dev.gantry.image.rule.TagRules;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** {@code docker rmi} and {@code docker image prune}, by the engine's rules. */
public final class Removals {
  private final DSLContext database;
  private final Collector collector;
  private final ImageEvents events;
  private final InstantSource clock;

  public Removals(
      DSLContext database, Collector collector, ImageEvents events, InstantSource clock) {
    this.database = database;
    this.collector = collector;
    this.events = events;
    this.clock = clock;
  }

  /** Images that containers use, and of which of them one runs. */
  public record InUse(Map<String, String> containers, Set<String> running) {}

  /** Removes a name, and the image when it was the last; what the client is told, in order. */
  public List<ImageDeleted> remove(Actor actor, String name, boolean force, InUse inUse)
      throws IOException {
    List<ImageDeleted> told =
        database.transactionResult(
            configuration -> {
              DSLContext transaction = DSL.using(configuration);
              TeamLock.take(transaction, actor.team());
              Lookup.Found found = Catalog.find(transaction, actor.team(), name).require();
              return found.byId()
                  ? removeById(transaction, actor, found.image(), force, inUse)
                  : removeByName(
                      transaction, actor, found.image(), ImageNames.parse(name), force, inUse);
            });
    long _ = collector.collect();
    return told;
  }

  private List<ImageDeleted> removeByName(
      DSLContext transaction,
      Actor actor,
      TeamImage image,
      Reference name,
      boolean force,
      InUse inUse) {
    List<ImageDeleted> told = new ArrayList<>();
    List<Reference> going = goingWith(image, name);
    int names = image.tags().size() + image.digests().size();
    boolean last = names <= going.size() || name.digest() != null && image.tags().isEmpty();
    if (last && !force) {
      refuseUse(
          image, name.familiar(), inUse, "remove repository reference \"" + name.familiar() + "\"");
    }
    going.forEach(one -> untag(transaction, actor, image, one, told));
    if (last && !isUsed(image, inUse)) {
      delete(transaction, actor, image, told);
    }
    return told;
  }

  /** With its last tag a repository loses the digests by which it knows the image, too. */
  private static List<Reference> goingWith(TeamImage image, Reference name) {
    List<Reference> going = new ArrayList<>(List.of(name));
    boolean lastTag =
        name.digest() == null
            && image.tags().stream()
                .filter(tag -> tag.repository().equals(name.repository()))
                .allMatch(name::equals);
    if (lastTag) {
      image.digests().stream()
          .filter(digest -> digest.repository().equals(name.repository()))
          .forEach(going::add);
    }
    return going;
  }

  private List<ImageDeleted> removeById(
      DSLContext transaction, Actor actor, TeamImage image, boolean force, InUse inUse) {
    Set<String> repositories = new HashSet<>();
    image.tags().forEach(tag -> repositories.add(tag.repository()));
    if (repositories.size() > 1 && !force) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "conflict: unable to delete %s (must be forced) - image is referenced in multiple repositories"
              .formatted(image.shortId()));
    }
    if (inUse.running().contains(image.id().value())) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "conflict: unable to delete %s (cannot be forced) - image is being used by running container %s"
              .formatted(image.shortId(), shortContainer(image, inUse)));
    }
    if (!force && isUsed(image, inUse)) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "conflict: unable to delete %s (must be forced) - image is being used by stopped container %s"
              .formatted(image.shortId(), shortContainer(image, inUse)));
    }
    List<ImageDeleted> told = new ArrayList<>();
    image.tags().forEach(tag -> untag(transaction, actor, image, tag, told));
    image.digests().forEach(digest -> untag(transaction, actor, image, digest, told));
    delete(transaction, actor, image, told);
    return told;
  }

  private static void refuseUse(TeamImage image, String name, InUse inUse, String action) {
    if (isUsed(image, inUse)) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "conflict: unable to %s (must force) - container %s is using its referenced image %s"
              .formatted(action, shortContainer(image, inUse), image.shortId()));
    }
  }

  private static boolean isUsed(TeamImage image, InUse inUse) {
    return inUse.containers().containsKey(image.id().value());
  }

  private static String shortContainer(TeamImage image, InUse inUse) {
    String container = inUse.containers().getOrDefault(image.id().value(), "");
    return container.length() > 12 ? container.substring(0, 12) : container;
  }

  private static ImageEvents.Of of(TeamImage image) {
    return new ImageEvents.Of(image.id(), image.labels());
  }

  private void untag(
      DSLContext transaction,
      Actor actor,
      TeamImage image,
      Reference name,
      List<ImageDeleted> told) {
    Instant now = clock.instant();
    Tags.remove(transaction, actor, name, now);
    events.tell(transaction, actor.team(), "untag", of(image), name.familiar(), now);
    told.add(new ImageDeleted(name.familiar(), null));
  }

  private void delete(
      DSLContext transaction, Actor actor, TeamImage image, List<ImageDeleted> told) {
    List<Digest> diffIds =
        Images.layers(transaction, image.manifest()).stream().map(layer -> layer.diffId()).toList();
    Images.remove(transaction, actor.team(), image.id());
    events.tell(
        transaction, actor.team(), "delete", of(image), image.id().value(), clock.instant());
    told.add(new ImageDeleted(null, image.id().value()));
    Set<Digest> kept = new HashSet<>();
    Images.layersOfTeam(transaction, actor.team())
        .values()
        .forEach(
            layers ->
                kept.addAll(ChainId.of(layers.stream().map(Images.LayerSize::diffId).toList())));
    for (Digest chain : ChainId.of(diffIds).reversed()) {
      if (!kept.contains(chain)) {
        told.add(new ImageDeleted(null, chain.value()));
      }
    }
  }

  /** What a prune removed, and the bytes that it freed. */
  public record Pruned(List<ImageDeleted> deleted, long bytes) {}

  /**
   * @param wanted which images may go; those that a container uses, or that have an immutable tag,
   *     stay
   */
  public Pruned prune(Actor actor, Predicate<TeamImage> wanted, InUse inUse) throws IOException {
    List<ImageDeleted> told = new ArrayList<>();
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          TeamLock.take(transaction, actor.team());
          TagRules rules = RuleRows.immutable(transaction, actor.team());
          for (TeamImage image : Catalog.images(transaction, actor.team())) {
            if (wanted.test(image)
                && !isUsed(image, inUse)
                && image.tags().stream().noneMatch(rules::isImmutable)) {
              image.tags().forEach(tag -> untag(transaction, actor, image, tag, told));
              image.digests().forEach(name -> untag(transaction, actor, image, name, told));
              delete(transaction, actor, image, told);
            }
          }
        });
    long freed = collector.collect();
    database.transaction(
        configuration ->
            events.pruned(DSL.using(configuration), actor.team(), freed, clock.instant()));
    return new Pruned(told, freed);
  }
}
