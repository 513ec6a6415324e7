package dev.gantry.delivery;

import dev.gantry.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the platform's topics, in the background, trying until the broker is there. Any process
 * may do it, any number of times.
 */
public final class TopicAdmin implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);

  private final KafkaClients kafka;
  private final CountDownLatch ready = new CountDownLatch(1);
  private @Nullable Thread thread;

  public TopicAdmin(KafkaClients kafka) {
    this.kafka = kafka;
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {
    thread = Thread.ofPlatform().daemon().name("topic-admin").start(this::loop);
  }

  private void loop() {
    try (Admin admin = kafka.admin()) {
      while (true) {
        try {
          Set<String> there = admin.listTopics().names().get();
          create(admin, there);
          ready.countDown();
          return;
        } catch (ExecutionException e) {
          log.debug("topics wait for the broker: {}", e.getMessage());
          Thread.sleep(200);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void create(Admin admin, Set<String> there)
      throws ExecutionException, InterruptedException {
    List<NewTopic> missing = new ArrayList<>();
    for (Topics topic : Topics.values()) {
      if (!there.contains(topic.topic())) {
        missing.add(
            new NewTopic(topic.topic(), Optional.of(topic.partitions()), Optional.empty())
                .configs(configuration(topic)));
      }
    }
    for (var created : admin.createTopics(missing).values().entrySet()) {
      try {
        created.getValue().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  private static Map<String, String> configuration(Topics topic) {
    Map<String, String> configuration = new HashMap<>();
    configuration.put("segment.bytes", Integer.toString(32 << 20));
    switch (topic.keep()) {
      case Topics.Keep.Last() -> {
        configuration.put("cleanup.policy", "compact");
        configuration.put("min.cleanable.dirty.ratio", "0.3");
        configuration.put("segment.ms", Long.toString(Duration.ofHours(1).toMillis()));
      }
      case Topics.Keep.During(var time) -> {
        configuration.put("cleanup.policy", "delete");
        configuration.put("retention.ms", Long.toString(time.toMillis()));
      }
    }
    return configuration;
  }

  /** True once all topics were seen to exist. */
  public boolean ready() {
    return ready.getCount() == 0;
  }

  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return ready.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
