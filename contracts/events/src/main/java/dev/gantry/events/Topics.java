package dev.gantry.events;

import dev.gantry.engine.EngineEvent;
import java.time.Duration;

/**
 * Every topic of the platform: its name, what keys it, what it keeps and what its values are.
 * Topics are created from this list alone, and the AsyncAPI description is checked against it.
 */
public enum Topics {
  /** The last word on each node; a heartbeat every two seconds. */
  NODE_STATE("gantry.node.state", "node id", 1, Keep.last(), NodeState.class),
  /** The last word on each instance of a service. */
  INSTANCE_STATE("gantry.instance.state", "service/instance", 1, Keep.last(), InstanceState.class),
  /** The last word on each container; a tombstone when it is removed. */
  CONTAINER_STATE(
      "gantry.container.state", "container id", 4, Keep.last(), ContainerSnapshot.class),
  /** What happened to containers and their execs. */
  CONTAINER_EVENTS(
      "gantry.container.events",
      "container id",
      4,
      Keep.during(Duration.ofDays(7)),
      EngineEvent.class),
  /** What happened to volumes. */
  VOLUME_EVENTS(
      "gantry.volume.events", "volume name", 1, Keep.during(Duration.ofDays(7)), EngineEvent.class),
  /** What happened to images and tags. */
  IMAGE_EVENTS(
      "gantry.image.events", "image id", 1, Keep.during(Duration.ofDays(7)), EngineEvent.class),
  /** What happened to networks. */
  NETWORK_EVENTS(
      "gantry.network.events", "network id", 1, Keep.during(Duration.ofDays(7)), EngineEvent.class),
  /** The last word on each network. */
  NETWORK_STATE("gantry.network.state", "network id", 1, Keep.last(), NetworkState.class),
  /** Output of containers on its way to log-service. */
  LOG_BATCHES(
      "gantry.log.batches", "container id", 4, Keep.during(Duration.ofDays(1)), LogBatch.class),
  /** Every call of the API, on its way to audit-service. */
  AUDIT_CALLS("gantry.audit.calls", "team", 1, Keep.during(Duration.ofDays(7)), AuditCall.class),
  /** Records that a consumer could not take, with the reason in a header. */
  DEAD_LETTERS(
      "gantry.dead-letters", "as it was", 1, Keep.during(Duration.ofDays(30)), byte[].class);

  /** What a topic keeps: the last value of each key, or everything for a time. */
  public sealed interface Keep {
    record Last() implements Keep {}

    record During(Duration time) implements Keep {}

    static Keep last() {
      return new Last();
    }

    static Keep during(Duration time) {
      return new During(time);
    }
  }

  private final String topic;
  private final String keyedBy;
  private final int partitions;
  private final Keep keep;
  private final Class<?> valueType;

  Topics(String topic, String keyedBy, int partitions, Keep keep, Class<?> valueType) {
    this.topic = topic;
    this.keyedBy = keyedBy;
    this.partitions = partitions;
    this.keep = keep;
    this.valueType = valueType;
  }

  /** The name on Kafka. */
  public String topic() {
    return topic;
  }

  /** The noun whose id is the key, so that one noun's events stay in order. */
  public String keyedBy() {
    return keyedBy;
  }

  public int partitions() {
    return partitions;
  }

  public Keep keep() {
    return keep;
  }

  public Class<?> valueType() {
    return valueType;
  }
}
