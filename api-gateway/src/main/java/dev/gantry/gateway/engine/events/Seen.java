package dev.gantry.gateway.engine.events;

import dev.gantry.engine.EngineEvent;
import org.apache.kafka.common.TopicPartition;

/** An event, and where it stands in its topic. */
record Seen(
    TopicPartition partition, long offset, String team, String eventId, EngineEvent event) {}
