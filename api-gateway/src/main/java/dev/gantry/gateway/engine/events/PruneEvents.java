package dev.gantry.gateway.engine.events;

import dev.gantry.delivery.EventJournal;
import dev.gantry.delivery.JournalRefusedException;
import dev.gantry.delivery.Message;
import dev.gantry.engine.EngineEvent;
import dev.gantry.engine.TeamId;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.Topics;
import dev.gantry.gateway.call.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that a team's nouns were pruned. Each removal is told by the noun's owner; that they were
 * one prune, and what it freed on all nodes, is known to the gateway alone.
 */
public final class PruneEvents {
  private static final Logger LOG = LoggerFactory.getLogger(PruneEvents.class);

  private final EventJournal journal;
  private final String gateway;
  private final InstantSource clock;

  /**
   * @param journal survives this process, so that the event does
   * @param gateway this instance's name
   */
  public PruneEvents(EventJournal journal, String gateway, InstantSource clock) {
    this.journal = journal;
    this.gateway = gateway;
    this.clock = clock;
  }

  /** What is pruned by the gateway. */
  public enum Noun {
    CONTAINER("container", Topics.CONTAINER_EVENTS),
    VOLUME("volume", Topics.VOLUME_EVENTS),
    NETWORK("network", Topics.NETWORK_EVENTS);

    private final String type;
    private final Topics topic;

    Noun(String type, Topics topic) {
      this.type = type;
      this.topic = topic;
    }
  }

  /**
   * Called when all is removed; also where there was nothing to remove, as by the engine.
   *
   * @param reclaimed bytes
   */
  public void tell(TeamId team, Noun noun, long reclaimed) {
    Instant now = clock.instant();
    EngineEvent event =
        EngineEvent.of(
            noun.type,
            "prune",
            "",
            Map.of("reclaimed", Long.toString(reclaimed)),
            Times.nanos(now));
    try {
      journal.append(
          Message.of(
              EventCodec.toRecord(
                  noun.topic,
                  new Event<>(
                      UUID.randomUUID().toString(),
                      "/api-gateway/" + gateway,
                      "dev.gantry." + noun.type + ".pruned.v1",
                      team.value(),
                      now,
                      team.value(),
                      null,
                      event))));
    } catch (JournalRefusedException e) {
      // Everything is removed, and told one by one.
      LOG.error("a prune of each {} of team {} is not told: {}", noun.type, team, e.getMessage());
    }
  }
}
