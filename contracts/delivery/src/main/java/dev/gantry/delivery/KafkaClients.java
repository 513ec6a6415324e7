package dev.gantry.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes Kafka clients with the settings that delivery's promises need, from what all clients of a
 * process share (broker, TLS). With Spring: {@code
 * KafkaClients.of(producerFactory.getConfigurationProperties(), "runtime-node")}.
 */
public final class KafkaClients {
  private final Map<String, Object> common;
  private final String name;

  private KafkaClients(Map<String, Object> common, String name) {
    this.common = common;
    this.name = name;
  }

  /** Takes the common settings out of any client's; {@code name} begins the client ids. */
  public static KafkaClients of(Map<String, Object> settings, String name) {
    Map<String, Object> common = new HashMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.equals("bootstrap.servers")
              || key.equals("security.protocol")
              || key.startsWith("ssl.")
              || key.startsWith("sasl.")) {
            common.put(key, value);
          }
        });
    common.put("reconnect.backoff.ms", 100);
    common.put("reconnect.backoff.max.ms", 1000);
    common.put("enable.metrics.push", false);
    return new KafkaClients(common, name);
  }

  /**
   * Over mutual TLS with the platform's certificates.
   *
   * @param certs folder with {@code ca.pem}, {@code CERT.pem} and {@code CERT.key}
   */
  public static KafkaClients secured(String bootstrap, Path certs, String cert, String name) {
    try {
      return of(
          Map.of(
              "bootstrap.servers",
              bootstrap,
              "security.protocol",
              "SSL",
              "ssl.keystore.type",
              "PEM",
              "ssl.keystore.key",
              Files.readString(certs.resolve(cert + ".key")),
              "ssl.keystore.certificate.chain",
              Files.readString(certs.resolve(cert + ".pem")),
              "ssl.truststore.type",
              "PEM",
              "ssl.truststore.certificates",
              Files.readString(certs.resolve("ca.pem"))),
          name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read certificate " + cert + " in " + certs, e);
    }
  }

  /** Idempotent, acks=all, never gives a record up by itself. */
  public Producer<String, byte[]> producer(String purpose) {
    Map<String, Object> settings = settings(purpose);
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("delivery.timeout.ms", Integer.MAX_VALUE);
    // A partition that has not heard of a producer takes any sequence number for its first. Where
    // the very first batch is refused for a moment and those behind it are not, it is out of order
    // for ever; so none is sent before the one ahead is in.
    settings.put("max.in.flight.requests.per.connection", 1);
    settings.put("request.timeout.ms", 10_000);
    settings.put("max.block.ms", 5_000);
    settings.put("linger.ms", 0);
    settings.put("compression.type", "lz4");
    settings.put("buffer.memory", 16L << 20);
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** Without a group: the caller assigns and seeks. */
  public Consumer<String, byte[]> reader(String purpose) {
    return consumer(settings(purpose));
  }

  /** Member of a group; offsets are the caller's business. */
  public Consumer<String, byte[]> member(String group) {
    Map<String, Object> settings = settings(group);
    settings.put("group.id", group);
    settings.put("max.poll.interval.ms", 3_600_000);
    settings.put("session.timeout.ms", 10_000);
    settings.put("heartbeat.interval.ms", 3_000);
    // Nobody waits for what a member does: a quarter of a second's records go into one transaction.
    settings.put("fetch.min.bytes", 256 << 10);
    settings.put("fetch.max.wait.ms", 250);
    return consumer(settings);
  }

  private static Consumer<String, byte[]> consumer(Map<String, Object> settings) {
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", false);
    settings.put("isolation.level", "read_committed");
    settings.put("metadata.max.age.ms", 30_000);
    // Fetches are bounded by what is on the wire, and a record may be a thousand times that.
    settings.put("max.poll.records", 50);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  public Admin admin() {
    return Admin.create(settings("admin"));
  }

  private Map<String, Object> settings(String purpose) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.put("client.id", name + "-" + purpose);
    return settings;
  }
}
