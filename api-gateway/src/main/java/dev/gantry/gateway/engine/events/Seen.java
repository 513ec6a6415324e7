package dev.gantry.gateway.engine.events;

import dev.gantry.engine.EngineEvent;
import org.apache.kafka.common.TopicPartition;

/**
 * An event, and where it stands in its topic.
 *
 * @param line as clients read it
 */
record Seen(
    TopicPartition partition,
    long offset,
    String team,
    String eventId,
    EngineEvent event,
    EventLine line) {

  static Seen of(
      TopicPartition partition, long offset, String team, String eventId, EngineEvent event) {
    return new Seen(partition, offset, team, eventId, event, new EventLine(event));
  }
}
