package dev.gantry.gateway;

import dev.gantry.delivery.DeadLetter;
import dev.gantry.delivery.InstanceHeartbeat;
import dev.gantry.delivery.JournalRelay;
import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.TopicAdmin;
import dev.gantry.gateway.audit.AuditTrail;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.edge.Doors;
import dev.gantry.gateway.edge.EdgeFilter;
import dev.gantry.gateway.edge.RouteTable;
import dev.gantry.gateway.edge.TeamDoor;
import dev.gantry.gateway.fleet.Containers;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.FleetReader;
import dev.gantry.gateway.fleet.Instances;
import dev.gantry.gateway.fleet.Nodes;
import dev.gantry.gateway.fleet.Probes;
import dev.gantry.gateway.identity.SocketPolicy;
import dev.gantry.gateway.names.Database;
import dev.gantry.gateway.names.NameGenerator;
import dev.gantry.gateway.names.Names;
import dev.gantry.gateway.names.Placements;
import dev.gantry.gateway.names.Sweeper;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.InternalHttp;
import dev.gantry.gateway.services.InternalProxyExchange;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.TlsFiles;
import dev.gantry.services.TraceContext;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** How the gateway's parts are put together: from the broker and the database up to the doors. */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {
  private static final String SERVICE = "api-gateway";

  /** Nobody waits for an audit record to arrive. */
  private static final Duration GATHER = Duration.ofMillis(250);

  private static final InstantSource CLOCK = InstantSource.system();

  /** Opens after ten failures of twenty, and tries again after a second: peers restart quickly. */
  private static final CircuitBreakerConfig BREAKER =
      CircuitBreakerConfig.custom()
          .slidingWindowSize(20)
          .minimumNumberOfCalls(10)
          .failureRateThreshold(50)
          .waitDurationInOpenState(Duration.ofSeconds(1))
          .permittedNumberOfCallsInHalfOpenState(3)
          .build();

  @Bean
  KafkaClients kafkaClients(GatewaySettings settings) {
    return KafkaClients.secured(
        settings.kafka(), Path.of(settings.certs()), settings.cert(), SERVICE);
  }

  @Bean(initMethod = "start")
  TopicAdmin topicAdmin(KafkaClients kafka) {
    return new TopicAdmin(kafka);
  }

  @Bean
  DeadLetter deadLetter(KafkaClients kafka) {
    return new DeadLetter(kafka, SERVICE);
  }

  @Bean(initMethod = "start")
  InstanceHeartbeat heartbeat(
      KafkaClients kafka,
      @Value("${GANTRY_ADVERTISE:127.0.0.1}") String host,
      @Value("${server.port}") int port) {
    return new InstanceHeartbeat(SERVICE, URI.create("https://" + host + ":" + port), kafka, CLOCK);
  }

  @Bean
  AuditTrail auditTrail(GatewaySettings settings, ObjectProvider<Tracer> tracers) {
    Tracer tracer = tracers.getIfAvailable();
    return new AuditTrail(
        Path.of(settings.data()).resolve("audit"),
        settings.instance(),
        CLOCK,
        () -> TraceContext.traceparent(tracer));
  }

  @Bean(initMethod = "start")
  JournalRelay auditRelay(AuditTrail audit, KafkaClients kafka, DeadLetter deadLetter) {
    return new JournalRelay(audit.journal(), kafka, deadLetter, GATHER);
  }

  @Bean(initMethod = "start")
  Database database(DataSource source) {
    return new Database(source);
  }

  @Bean
  InternalHttp internalHttp(SslBundles bundles) {
    return new InternalHttp(() -> bundles.getBundle("platform").createSslContext());
  }

  @Bean
  Exchanges exchanges(InternalHttp http, ObservationRegistry observations) {
    return new Exchanges(http, CircuitBreakerRegistry.of(BREAKER), observations);
  }

  @Bean
  InternalProxyExchange proxyExchange(Exchanges exchanges) {
    return new InternalProxyExchange(exchanges);
  }

  @Bean
  Instances instances(GatewaySettings settings) {
    return new Instances(settings.services().byName(), CLOCK);
  }

  @Bean
  ServiceDirectory serviceDirectory(Instances instances) {
    return new ServiceDirectory(instances::getInstances);
  }

  /** Names follow the fleet and the fleet tells names: the knot is tied here, once. */
  @Bean
  FleetAndNames fleetAndNames(Exchanges exchanges, Database database) {
    AtomicReference<Names> names = new AtomicReference<>();
    Fleet fleet =
        new Fleet(
            new Nodes(CLOCK),
            new Containers(),
            exchanges,
            container -> {
              Names known = names.get();
              if (known != null) {
                known.release(container);
              }
            });
    names.set(
        new Names(new Placements(database), fleet, new NameGenerator(new SecureRandom()), CLOCK));
    return new FleetAndNames(fleet, names.get());
  }

  /** The two halves of a knot. */
  record FleetAndNames(Fleet fleet, Names names) {}

  @Bean
  Fleet fleet(FleetAndNames both) {
    return both.fleet();
  }

  @Bean
  Names names(FleetAndNames both) {
    return both.names();
  }

  @Bean(initMethod = "start")
  Sweeper sweeper(Names names) {
    return new Sweeper(names);
  }

  @Bean(initMethod = "start")
  Probes probes(Fleet fleet, InternalHttp http) {
    return new Probes(fleet, http, CLOCK);
  }

  @Bean(initMethod = "start")
  FleetReader fleetReader(Fleet fleet, Instances instances, Probes probes, KafkaClients kafka) {
    return new FleetReader(fleet, instances, probes, kafka);
  }

  @Bean
  Doors doors(GatewaySettings settings) {
    Path certs = Path.of(settings.certs());
    return new Doors(
        settings.edge(),
        new TlsFiles(
            certs.resolve(settings.cert() + ".pem"),
            certs.resolve(settings.cert() + ".key"),
            Path.of(settings.edge().clients())));
  }

  @Bean
  TeamDoor teamDoor(
      Names names, Fleet fleet, FleetReader reader, SocketPolicy policy, Doors doors) {
    return new TeamDoor(names, fleet.nodes(), reader, policy, doors::teamPort);
  }

  /** Ready is a gateway that knows the fleet; until then its lists would be too short. */
  @Bean
  HealthIndicator fleetHealthIndicator(FleetReader reader) {
    return () -> (reader.caughtUp() ? Health.up() : Health.outOfService()).build();
  }

  /** The socket's group is set when the socket is there. */
  @Bean
  ApplicationListener<WebServerInitializedEvent> socketGroup(Doors doors) {
    return _ -> doors.opened();
  }

  @Bean
  FilterRegistrationBean<EdgeFilter> edge(
      List<Routes> nouns,
      AuditTrail audit,
      GatewaySettings settings,
      FleetReader reader,
      TeamDoor teams) {
    FilterRegistrationBean<EdgeFilter> edge =
        new FilterRegistrationBean<>(
            new EdgeFilter(new RouteTable(nouns), audit, settings.edge().socket(), reader, teams));
    // After the framework's observation of the request, so that everything here is in its trace.
    edge.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
    edge.setAsyncSupported(true);
    return edge;
  }
}
