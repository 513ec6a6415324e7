package dev.gantry.gateway.engine.events;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.StateReader;
import dev.gantry.engine.EngineEvent;
import dev.gantry.events.EventCodec;
import dev.gantry.events.MalformedEventException;
import dev.gantry.events.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens in the fleet: one reader for all who listen, and readers of the past on demand. */
public final class EventHub implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
  private static final List<String> TOPICS =
      List.of(
          Topics.CONTAINER_EVENTS.topic(),
          Topics.VOLUME_EVENTS.topic(),
          Topics.IMAGE_EVENTS.topic(),
          Topics.NETWORK_EVENTS.topic());
  private static final int QUEUE = 10_000;

  private final KafkaClients kafka;
  private final StateReader live;
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

  /** An event with the id under which it may come again, and whose it is. */
  record Told(String id, String team, EngineEvent event) {}

  public EventHub(KafkaClients kafka) {
    this.kafka = kafka;
    this.live =
        new StateReader("events", TOPICS, new StateReader.From.End(), kafka, listener(this::tell));
  }

  public void start() {
    live.start();
  }

  /** One who listens; a listener that does not keep up is told so and ended. */
  final class Subscription implements AutoCloseable {
    private final String team;
    private final BlockingQueue<Told> queue = new ArrayBlockingQueue<>(QUEUE);
    private volatile boolean overrun;

    private Subscription(String team) {
      this.team = team;
    }

    BlockingQueue<Told> queue() {
      return queue;
    }

    boolean overrun() {
      return overrun;
    }

    @Override
    public void close() {
      subscriptions.remove(this);
    }
  }

  /** Begins to listen, from the next event on. */
  Subscription subscribe(String team) {
    Subscription subscription = new Subscription(team);
    subscriptions.add(subscription);
    return subscription;
  }

  private void tell(Told told) {
    for (Subscription subscription : subscriptions) {
      if (subscription.team.equals(told.team) && !subscription.queue.offer(told)) {
        subscription.overrun = true;
      }
    }
  }

  /** Everything of a team since a time that retention still has, in the order of time. */
  List<Told> since(String team, Instant since) throws InterruptedException {
    List<Told> past = new ArrayList<>();
    try (StateReader reader =
        new StateReader(
            "past",
            TOPICS,
            new StateReader.From.Time(since),
            kafka,
            listener(
                told -> {
                  if (told.team.equals(team)) {
                    synchronized (past) {
                      past.add(told);
                    }
                  }
                }))) {
      reader.start();
      if (!reader.awaitCaughtUp(java.time.Duration.ofSeconds(20))) {
        throw new dev.gantry.services.ServiceException(
            dev.gantry.services.ErrorCode.UNAVAILABLE,
            "Kafka is not reachable; past events can't be read now");
      }
    }
    synchronized (past) {
      past.sort(Comparator.comparingLong(told -> told.event.timeNano()));
      return List.copyOf(past);
    }
  }

  private interface Sink {
    void take(Told told);
  }

  private static StateReader.Listener listener(Sink sink) {
    return new StateReader.Listener() {
      @Override
      public void value(ConsumerRecord<String, byte[]> record) {
        try {
          var event = EventCodec.fromRecord(record, EngineEvent.class);
          EngineEvent data = event.data();
          if (data != null && event.team() != null) {
            sink.take(new Told(event.id(), event.team(), data));
          }
        } catch (MalformedEventException e) {
          LOG.warn("passing over {}", e.getMessage());
        }
      }

      @Override
      public void tombstone(ConsumerRecord<String, byte[]> record) {}
    };
  }

  @Override
  public void close() {
    live.close();
  }
}
