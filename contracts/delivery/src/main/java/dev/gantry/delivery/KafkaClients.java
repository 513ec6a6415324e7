package dev.gantry.delivery;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Makes Kafka clients with the settings that delivery's promises need, from what all clients of a
 * process share (broker, TLS). With Spring: {@code
 * KafkaClients.of(producerFactory.getConfigurationProperties(), "runtime-node")}.
 */
public final class KafkaClients {

  private KafkaClients() {}

  /** Takes the common settings out of any client's; {@code name} begins the client ids. */
  public static KafkaClients of(Map<String, Object> settings, String name) {
    throw new UnsupportedOperationException();
  }

  /** Idempotent, acks=all, never gives a record up by itself. */
  public Producer<String, byte[]> producer(String purpose) {
    throw new UnsupportedOperationException();
  }

  /** Without a group: the caller assigns and seeks. */
  public Consumer<String, byte[]> reader(String purpose) {
    throw new UnsupportedOperationException();
  }

  /** Member of a group; offsets are the caller's business. */
  public Consumer<String, byte[]> member(String group) {
    throw new UnsupportedOperationException();
  }

  public Admin admin() {
    throw new UnsupportedOperationException();
  }
}
