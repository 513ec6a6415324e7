package dev.gantry.ops.standalone;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker (KRaft, broker and controller in one) in this process. Clients need a
 * certificate of the platform; the controller is on loopback alone, and needs one too.
 */
final class Broker {
  private final KafkaRaftServer server;

  private Broker(KafkaRaftServer server) {
    this.server = server;
  }

  /** Formats the data folder where that was not done yet, and starts. */
  static Broker start(BrokerSettings settings) throws Exception {
    // Before any context has set up logging, Kafka would tell all about itself.
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
        instanceof ch.qos.logback.classic.Logger logger) {
      logger.setLevel(Level.WARN);
    }
    Path log = settings.data().resolve("log");
    if (!Files.exists(log.resolve("meta.properties"))) {
      format(log);
    }
    KafkaRaftServer server =
        new KafkaRaftServer(new KafkaConfig(configuration(settings, log)), Time.SYSTEM);
    server.startup();
    return new Broker(server);
  }

  void stop() {
    server.shutdown();
  }

  void awaitStop() {
    server.awaitShutdown();
  }

  private static void format(Path log) throws Exception {
    Files.createDirectories(log);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(log.toString())
        .setMetadataLogDirectory(log.toString())
        .setControllerListenerName("CONTROLLER")
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setHasDynamicQuorum(false)
        .run();
  }

  private static Properties configuration(BrokerSettings settings, Path log) throws IOException {
    Properties p = new Properties();
    String clients = settings.bind() + ":" + settings.port();
    String controller = "127.0.0.1:" + settings.controllerPort();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.voters", "1@" + controller);
    p.put("controller.listener.names", "CONTROLLER");
    p.put("inter.broker.listener.name", "CLIENTS");
    p.put("listeners", "CLIENTS://" + clients + ",CONTROLLER://" + controller);
    p.put("advertised.listeners", "CLIENTS://" + clients);
    p.put("listener.security.protocol.map", "CLIENTS:SSL,CONTROLLER:SSL");
    p.put("log.dirs", log.toString());
    tls(p, settings);
    p.put("auto.create.topics.enable", "false");
    p.put("offsets.topic.num.partitions", "4");
    p.put("offsets.topic.replication.factor", "1");
    p.put("default.replication.factor", "1");
    p.put("group.initial.rebalance.delay.ms", "0");
    // A broker that was killed comes back under its own number as soon as its last session has
    // expired.
    p.put("broker.session.timeout.ms", "3000");
    p.put("broker.heartbeat.interval.ms", "500");
    // One small machine: few threads, small buffers.
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "2");
    p.put("background.threads", "2");
    p.put("num.recovery.threads.per.data.dir", "1");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    p.put("log.cleaner.io.buffer.size", Integer.toString(128 << 10));
    p.put("offsets.load.buffer.size", Integer.toString(1 << 20));
    p.put("log.index.size.max.bytes", Integer.toString(1 << 20));
    p.put("share.coordinator.state.topic.replication.factor", "1");
    p.put("transaction.state.log.replication.factor", "1");
    return p;
  }

  private static void tls(Properties p, BrokerSettings settings) throws IOException {
    Path key = settings.certs().resolve(settings.cert() + ".key");
    Path chain = settings.certs().resolve(settings.cert() + ".pem");
    p.put("ssl.keystore.type", "PEM");
    p.put("ssl.keystore.key", Files.readString(key));
    p.put("ssl.keystore.certificate.chain", Files.readString(chain));
    p.put("ssl.truststore.type", "PEM");
    p.put("ssl.truststore.certificates", Files.readString(settings.certs().resolve("ca.pem")));
    p.put("ssl.client.auth", "required");
  }
}
