package dev.gantry.delivery;

import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.InstanceState;
import dev.gantry.events.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Says every five seconds where an instance of a service answers ({@link Topics#INSTANCE_STATE}).
 */
public final class InstanceHeartbeat implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final String service;
  private final String instance = UUID.randomUUID().toString();
  private final URI uri;
  private final KafkaClients kafka;
  private final InstantSource clock;
  private final Instant startedAt;
  private @Nullable Thread thread;

  public InstanceHeartbeat(String service, URI uri, KafkaClients kafka, InstantSource clock) {
    this.service = service;
    this.uri = uri;
    this.kafka = kafka;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("heartbeat-" + service).start(this::loop);
  }

  private void loop() {
    String key = service + "/" + instance;
    try (Producer<String, byte[]> producer = kafka.producer("heartbeat")) {
      while (true) {
        Instant now = clock.instant();
        var state = new InstanceState(service, instance, uri, startedAt, now);
        var event =
            new Event<>(
                UUID.randomUUID().toString(),
                "/" + service + "/" + instance,
                "dev.gantry.instance.state.v1",
                key,
                now,
                null,
                null,
                state);
        // A heartbeat that is lost is followed by the next one.
        var unused = producer.send(EventCodec.toRecord(Topics.INSTANCE_STATE, event));
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
