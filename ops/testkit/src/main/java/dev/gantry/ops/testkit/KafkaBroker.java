package dev.gantry.ops.testkit;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A real broker (KRaft, one node) in the test's JVM, on loopback ports of its own, with its data in
 * a temporary folder.
 *
 * <pre>{@code
 * try (KafkaBroker broker = KafkaBroker.start()) {
 *   broker.settings();           // for clients
 *   broker.stop();               // the broker is away
 *   broker.restart();            // and back, with its data, on the same port
 * }
 * }</pre>
 *
 * Topics are not created by themselves, as on the platform.
 */
public final class KafkaBroker implements AutoCloseable {

  private final Path folder = TemporaryFolder.make("gantry-kafka");
  private final int port = FreePorts.next();
  private final int controllerPort = FreePorts.next();
  private @Nullable KafkaRaftServer server;

  private KafkaBroker() {}

  /** Returns when the broker answers. */
  public static KafkaBroker start() {
    KafkaBroker broker = new KafkaBroker();
    try {
      broker.format();
      broker.restart();
      return broker;
    } catch (Exception e) {
      broker.close();
      throw new IllegalStateException("cannot start a Kafka broker", e);
    }
  }

  /** {@code host:port} for clients. */
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** The settings that all clients share. */
  public Map<String, Object> settings() {
    return new LinkedHashMap<>(Map.of("bootstrap.servers", bootstrap()));
  }

  /** Takes the broker away; its data stays. */
  public void stop() {
    KafkaRaftServer running = server;
    server = null;
    if (running != null) {
      running.shutdown();
      running.awaitShutdown();
    }
  }

  /** Brings the broker back and returns when it answers. */
  public void restart() {
    stop();
    KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(configuration()), Time.SYSTEM);
    starting.startup();
    server = starting;
    try (Admin admin = Admin.create(settings())) {
      admin.describeCluster().nodes().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot reach the broker that was just started", e);
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } finally {
      TemporaryFolder.remove(folder);
    }
  }

  private void format() throws Exception {
    String data = folder.resolve("data").toString();
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(data)
        .setMetadataLogDirectory(data)
        .setControllerListenerName("CONTROLLER")
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setHasDynamicQuorum(false)
        .run();
  }

  private Properties configuration() {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    p.put("controller.listener.names", "CONTROLLER");
    p.put("listeners", "PLAINTEXT://" + bootstrap() + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.put("advertised.listeners", "PLAINTEXT://" + bootstrap());
    p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("log.dirs", folder.resolve("data").toString());
    p.put("auto.create.topics.enable", "false");
    p.put("offsets.topic.num.partitions", "1");
    p.put("offsets.topic.replication.factor", "1");
    p.put("group.initial.rebalance.delay.ms", "0");
    p.put("num.network.threads", "1");
    p.put("num.io.threads", "2");
    p.put("background.threads", "1");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    p.put("controlled.shutdown.enable", "false");
    // Everyone may do everything until a test says otherwise.
    p.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    p.put("allow.everyone.if.no.acl.found", "true");
    return p;
  }
}
