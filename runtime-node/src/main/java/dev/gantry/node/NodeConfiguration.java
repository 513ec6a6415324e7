package dev.gantry.node;

import dev.gantry.delivery.DeadLetter;
import dev.gantry.delivery.EventJournal;
import dev.gantry.delivery.JournalRelay;
import dev.gantry.delivery.JournalSettings;
import dev.gantry.delivery.KafkaClients;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.NodeId;
import dev.gantry.events.Topics;
import dev.gantry.node.attach.StatsFeeds;
import dev.gantry.node.attach.StatsSource;
import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.cgroup.HostMemory;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.config.NodeIdentity;
import dev.gantry.node.config.NodeSettings;
import dev.gantry.node.journal.NodeJournal;
import dev.gantry.node.log.LogShipper;
import dev.gantry.node.log.LogWatch;
import dev.gantry.node.network.LeaseSource;
import dev.gantry.node.remote.RemoteGateway;
import dev.gantry.node.remote.RemoteLeases;
import dev.gantry.node.remote.ServiceClient;
import dev.gantry.node.socket.Gateway;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.TraceContext;
import io.micrometer.tracing.Tracer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** The node's settings, identity, journal and ways to other services. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NodeSettings.class)
class NodeConfiguration {
  /** Short enough that nobody who watches events sees it. */
  private static final Duration GATHER = Duration.ofMillis(25);

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  RandomGenerator random() {
    return new SecureRandom();
  }

  @Bean
  JsonMapper jsonMapper() {
    return EngineJson.MAPPER;
  }

  @Bean
  FaultPoints faultPoints(@Value("${gantry.fault-points:}") String setting) {
    return FaultPoints.parse(setting, NodeFaults.NAMES);
  }

  @Bean
  NodeFiles nodeFiles(NodeSettings settings) throws IOException {
    NodeFiles files = settings.files();
    for (Path root : new Path[] {files.data(), files.run()}) {
      Files.createDirectories(root);
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    }
    return files;
  }

  @Bean
  NodeIdentity nodeIdentity(
      NodeSettings settings,
      NodeFiles files,
      RandomGenerator random,
      InstantSource clock,
      Environment environment)
      throws IOException {
    NodeId id;
    if (Files.exists(files.nodeId())) {
      id = new NodeId(Files.readString(files.nodeId()).strip());
    } else {
      id = NodeId.random(random);
      Files.writeString(files.nodeId(), id + "\n");
    }
    String port = environment.getProperty("server.port", "7110");
    return new NodeIdentity(
        id,
        settings.name(),
        URI.create("https://" + settings.advertise() + ":" + port),
        settings.labelMap(),
        Runtime.getRuntime().availableProcessors(),
        HostMemory.total(),
        clock.instant());
  }

  @Bean
  HttpClient httpClient(SslBundles bundles) {
    return HttpClient.newBuilder()
        .sslContext(bundles.getBundle("platform").createSslContext())
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(2))
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .build();
  }

  @Bean
  ServiceClient imageClient(@Value("${gantry.image-url}") String urls, HttpClient http) {
    return new ServiceClient("image-service", urls, http);
  }

  @Bean
  LeaseSource leaseSource(@Value("${gantry.network-url}") String urls, HttpClient http) {
    return new RemoteLeases(new ServiceClient("network-service", urls, http));
  }

  @Bean
  Gateway gateway(@Value("${gantry.gateway-url}") String urls, SslBundles bundles) {
    return new RemoteGateway(
        urls, bundles.getBundle("platform").createSslContext().getSocketFactory());
  }

  @Bean
  KafkaClients kafkaClients(
      @Value("${gantry.kafka}") String bootstrap,
      @Value("${gantry.certs}") Path certs,
      @Value("${gantry.cert}") String cert) {
    return KafkaClients.secured(bootstrap, certs, cert, "runtime-node");
  }

  @Bean(destroyMethod = "close")
  EventJournal eventJournal(NodeFiles files, InstantSource clock) {
    return EventJournal.open(
        JournalSettings.in(
            files.journal(), Set.of(Topics.CONTAINER_STATE.topic(), Topics.NODE_STATE.topic())),
        clock);
  }

  @Bean(destroyMethod = "close")
  DeadLetter deadLetter(KafkaClients kafka) {
    return new DeadLetter(kafka, "runtime-node");
  }

  @Bean(destroyMethod = "close")
  JournalRelay journalRelay(EventJournal journal, KafkaClients kafka, DeadLetter deadLetter) {
    return new JournalRelay(journal, kafka, deadLetter, GATHER);
  }

  @Bean
  NodeJournal nodeJournal(
      EventJournal journal,
      NodeIdentity node,
      InstantSource clock,
      ObjectProvider<Tracer> tracers) {
    Tracer tracer = tracers.getIfAvailable();
    return new NodeJournal(
        journal, "/runtime-node/" + node.id(), clock, () -> TraceContext.traceparent(tracer));
  }

  @Bean(destroyMethod = "close")
  LogShipper logShipper(
      NodeIdentity node, NodeFiles files, NodeSettings settings, KafkaClients kafka) {
    return new LogShipper(
        node.id(),
        files.orphanLogs(),
        settings.orphanLogBytes(),
        () -> kafka.producer("logs"),
        LowPriority::apply);
  }

  @Bean(destroyMethod = "close")
  LogWatch logWatch() throws IOException {
    return new LogWatch();
  }

  @Bean
  StatsFeeds statsFeeds(Cgroups cgroups, NodeIdentity node, InstantSource clock) {
    return new StatsFeeds(new StatsSource(cgroups, node.cpus(), clock));
  }
}
