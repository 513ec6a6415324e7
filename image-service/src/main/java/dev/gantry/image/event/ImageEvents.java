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
   * @param action load, import, push, pull, tag, untag, delete, save or prune
   * @param name what the client called it
   */
  public void tell(
      DSLContext transaction, TeamId team, String action, Of image, String name, Instant at) {
    long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
    String subject = image.id().value();
    Map<String, String> attributes = new LinkedHashMap<>(image.labels());
    attributes.put("name", name);
    EngineEvent event = EngineEvent.of("image", action, subject, attributes, nanos);
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
