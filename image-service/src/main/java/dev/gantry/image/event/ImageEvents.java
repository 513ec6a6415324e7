package dev.gantry.image.event;

import dev.gantry.delivery.Message;
import dev.gantry.delivery.Outbox;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineEvent;
import dev.gantry.engine.TeamId;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.Topics;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;

/** Tells, in the transaction that changes them, what happens to images. */
public final class ImageEvents {
  private final Outbox outbox;

  public ImageEvents(Outbox outbox) {
    this.outbox = outbox;
  }

  /** An image that something happens to, with the labels by which clients choose what they hear. */
  public record Of(Digest id, Map<String, String> labels) {}

  /**
   * @param action load, import, push, pull, tag, untag, delete or save
   * @param name what the client called it
   */
  public void tell(
      DSLContext transaction, TeamId team, String action, Of image, String name, Instant at) {
    String subject = image.id().value();
    Map<String, String> attributes = new LinkedHashMap<>(image.labels());
    attributes.put("name", name);
    append(
        transaction,
        team,
        action,
        subject,
        at,
        EngineEvent.of("image", action, subject, attributes, nanos(at)));
  }

  /** Unused images of a team were removed, or there were none. */
  public void pruned(DSLContext transaction, TeamId team, long bytes, Instant at) {
    Map<String, String> attributes = Map.of("reclaimed", Long.toString(bytes));
    append(
        transaction,
        team,
        "prune",
        team.value(),
        at,
        EngineEvent.of("image", "prune", "", attributes, nanos(at)));
  }

  private static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  private void append(
      DSLContext transaction,
      TeamId team,
      String action,
      String subject,
      Instant at,
      EngineEvent event) {
    outbox.append(
        transaction,
        Message.of(
            EventCodec.toRecord(
                Topics.IMAGE_EVENTS,
                new Event<>(
                    UUID.randomUUID().toString(),
                    "/image-service",
                    "dev.gantry.image." + action + ".v1",
                    subject,
                    at,
                    team.value(),
                    null,
                    event))));
  }
}
