package dev.gantry.node.journal;

import dev.gantry.delivery.EventJournal;
import dev.gantry.delivery.JournalRefusedException;
import dev.gantry.delivery.Message;
import dev.gantry.engine.EngineEvent;
import dev.gantry.engine.TeamId;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.NodeState;
import dev.gantry.events.Topics;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Fact;
import dev.gantry.node.volume.VolumeRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes facts into the journal on disk, which carries them to Kafka in order. The facts of a
 * record have ids made of the container's id and the record's version, so that giving them again
 * after a crash repeats no event.
 */
public final class NodeJournal {
  private static final Logger log = LoggerFactory.getLogger(NodeJournal.class);
  private static final Map<String, String> PAST =
      Map.ofEntries(
          Map.entry("create", "created"),
          Map.entry("start", "started"),
          Map.entry("die", "died"),
          Map.entry("stop", "stopped"),
          Map.entry("kill", "killed"),
          Map.entry("destroy", "removed"),
          Map.entry("pause", "paused"),
          Map.entry("unpause", "unpaused"),
          Map.entry("rename", "renamed"),
          Map.entry("restart", "restarted"),
          Map.entry("attach", "attached"),
          Map.entry("detach", "detached"),
          Map.entry("resize", "resized"),
          Map.entry("mount", "mounted"),
          Map.entry("unmount", "unmounted"),
          Map.entry("connect", "connected"),
          Map.entry("disconnect", "disconnected"));

  private final EventJournal journal;
  private final String source;
  private final InstantSource clock;
  private final Supplier<@Nullable String> traceparent;

  public NodeJournal(
      EventJournal journal,
      String source,
      InstantSource clock,
      Supplier<@Nullable String> traceparent) {
    this.journal = journal;
    this.source = source;
    this.clock = clock;
    this.traceparent = traceparent;
  }

  /** The new state of a container and what happened with it. */
  public void changed(ContainerRecord record, ContainerSnapshot snapshot) {
    facts(record);
    append(
        Topics.CONTAINER_STATE,
        new Event<>(
            record.id() + "-" + record.version(),
            source,
            "dev.gantry.container.state.v1",
            record.id().value(),
            clock.instant(),
            record.team().value(),
            traceparent.get(),
            snapshot));
  }

  /** The container is gone: its last facts, then the tombstone. */
  public void removed(ContainerRecord record) {
    facts(record);
    append(
        Topics.CONTAINER_STATE,
        new Event<ContainerSnapshot>(
            record.id() + "-removed",
            source,
            "dev.gantry.container.state.v1",
            record.id().value(),
            clock.instant(),
            record.team().value(),
            traceparent.get(),
            null));
  }

  private void facts(ContainerRecord record) {
    int index = 0;
    for (Fact fact : record.facts()) {
      happened(record, fact, record.id() + "-" + record.version() + "." + index++);
    }
  }

  /** Something that changes no record, such as an attach or an exec. */
  public void happened(ContainerRecord record, Fact fact) {
    happened(record, fact, UUID.randomUUID().toString());
  }

  private void happened(ContainerRecord record, Fact fact, String id) {
    Map<String, String> attributes = new LinkedHashMap<>();
    if (fact.type().equals("container")) {
      Map<String, String> labels = record.spec().config().labels();
      if (labels != null) {
        attributes.putAll(labels);
      }
      attributes.put("image", String.valueOf(record.spec().config().image()));
      attributes.put("name", record.identity().name());
    }
    attributes.putAll(fact.attributes());
    publish(record.team(), fact.type(), fact.subject(), fact.action(), attributes, fact, id);
  }

  private void publish(
      TeamId team,
      String type,
      String subject,
      String action,
      Map<String, String> attributes,
      Fact fact,
      String id) {
    Topics topic =
        switch (type) {
          case "volume" -> Topics.VOLUME_EVENTS;
          case "network" -> Topics.NETWORK_EVENTS;
          default -> Topics.CONTAINER_EVENTS;
        };
    int colon = action.indexOf(':');
    String verb = colon < 0 ? action : action.substring(0, colon);
    append(
        topic,
        new Event<>(
            id,
            source,
            "dev.gantry." + type + "." + PAST.getOrDefault(verb, verb.replace('_', '-')) + ".v1",
            subject,
            Instant.ofEpochSecond(0, fact.timeNano()),
            team.value(),
            traceparent.get(),
            EngineEvent.of(type, action, subject, attributes, fact.timeNano())));
  }

  /** A volume came or went. */
  public void volume(VolumeRecord volume, String action) {
    Instant now = clock.instant();
    var fact =
        new Fact(
            "volume",
            volume.name(),
            action,
            Map.of("driver", "local"),
            now.getEpochSecond() * 1_000_000_000L + now.getNano());
    publish(
        volume.team(),
        "volume",
        volume.name(),
        action,
        fact.attributes(),
        fact,
        UUID.randomUUID().toString());
  }

  /** How the node is. */
  public void node(NodeState state) {
    append(
        Topics.NODE_STATE,
        new Event<>(
            UUID.randomUUID().toString(),
            source,
            "dev.gantry.node.state.v1",
            state.id().value(),
            state.time(),
            null,
            null,
            state));
  }

  private void append(Topics topic, Event<?> event) {
    try {
      Message message = Message.of(EventCodec.toRecord(topic, event));
      // What a tombstone follows from is deleted next, so it has to survive a power cut.
      if (event.data() == null) {
        journal.appendDurable(message);
      } else {
        journal.append(message);
      }
    } catch (JournalRefusedException e) {
      // The record on disk has it; it is given again at the next start.
      log.error("the journal refused {} of {}: {}", event.type(), event.subject(), e.getMessage());
    }
  }
}
