package dev.gantry.gateway.fleet;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.StateReader;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.EventCodec;
import dev.gantry.events.InstanceState;
import dev.gantry.events.NodeState;
import dev.gantry.events.Topics;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.core.JacksonException;

/** Feeds the read models from the compacted topics, each from its beginning. */
public final class FleetReader implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(10);

  private final Fleet fleet;
  private final Instances instances;
  private final Probes probes;
  private final StateReader reader;

  public FleetReader(Fleet fleet, Instances instances, Probes probes, KafkaClients kafka) {
    this.fleet = fleet;
    this.instances = instances;
    this.probes = probes;
    this.reader =
        new StateReader(
            "fleet",
            List.of(
                Topics.NODE_STATE.topic(),
                Topics.CONTAINER_STATE.topic(),
                Topics.INSTANCE_STATE.topic()),
            kafka,
            new Listener());
  }

  public void start() {
    reader.start();
  }

  /** Whether everything that stood in the topics at the start is known. */
  public boolean caughtUp() {
    return reader.caughtUp();
  }

  /**
   * Right after a start nothing is said of a fleet of which only a part is known: waits for the
   * rest, and fails where it does not come.
   */
  public void requireCaughtUp() {
    try {
      if (reader.awaitCaughtUp(START)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    throw new ServiceException(
        ErrorCode.UNAVAILABLE,
        "the gateway has just started and does not know the fleet yet: Kafka is not reachable");
  }

  @Override
  public void close() {
    reader.close();
  }

  /** Hands each record to the model that it is for. */
  private final class Listener implements StateReader.Listener {
    @Override
    public void value(ConsumerRecord<String, byte[]> record) {
      String topic = record.topic();
      if (topic.equals(Topics.NODE_STATE.topic())) {
        NodeState state = read(record, NodeState.class);
        fleet.nodes().heard(state);
        probes.soon(state.id());
      } else if (topic.equals(Topics.CONTAINER_STATE.topic())) {
        fleet.containers().apply(read(record, ContainerSnapshot.class));
      } else {
        instances.heard(record.key(), read(record, InstanceState.class));
      }
    }

    private <T> T read(ConsumerRecord<String, byte[]> record, Class<T> type) {
      try {
        return EventCodec.JSON.readValue(record.value(), type);
      } catch (JacksonException e) {
        throw new IllegalArgumentException("not a " + type.getSimpleName(), e);
      }
    }

    @Override
    public void tombstone(ConsumerRecord<String, byte[]> record) {
      String topic = record.topic();
      if (topic.equals(Topics.NODE_STATE.topic())) {
        fleet.nodes().forget(new NodeId(record.key()));
      } else if (topic.equals(Topics.CONTAINER_STATE.topic())) {
        fleet.gone(new ContainerId(record.key()));
      } else {
        instances.forget(record.key());
      }
    }
  }
}
