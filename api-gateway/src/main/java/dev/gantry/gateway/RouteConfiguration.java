package dev.gantry.gateway;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.gateway.audit.AuditTrail;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.credential.AccessTokens;
import dev.gantry.gateway.credential.RegistryRoutes;
import dev.gantry.gateway.credential.Sharing;
import dev.gantry.gateway.engine.container.ContainerRoutes;
import dev.gantry.gateway.engine.events.EventHub;
import dev.gantry.gateway.engine.events.EventRoutes;
import dev.gantry.gateway.engine.events.PruneEvents;
import dev.gantry.gateway.engine.exec.ExecRoutes;
import dev.gantry.gateway.engine.image.ImageRoutes;
import dev.gantry.gateway.engine.network.NetworkRoutes;
import dev.gantry.gateway.engine.platform.PlatformRoutes;
import dev.gantry.gateway.engine.platform.RuleRoutes;
import dev.gantry.gateway.engine.system.EngineInfo;
import dev.gantry.gateway.engine.system.SystemRoutes;
import dev.gantry.gateway.engine.volume.VolumeRoutes;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.identity.SocketPolicy;
import dev.gantry.gateway.names.Database;
import dev.gantry.gateway.names.Names;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.Forwarder;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.LogClient;
import dev.gantry.gateway.services.NetworkClient;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.FaultPoints;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The routes of every noun: what is not among them is refused. */
@Configuration(proxyBeanMethods = false)
class RouteConfiguration {
  private static final InstantSource CLOCK = InstantSource.system();

  /** The places at which a crash test can let the gateway fail. */
  static final Set<String> FAULT_POINTS = Set.of("create.beforeNode", "create.afterNode");

  @Bean
  FaultPoints faultPoints(GatewaySettings settings) {
    return FaultPoints.parse(settings.faultPoints(), FAULT_POINTS);
  }

  @Bean
  SocketPolicy socketPolicy(GatewaySettings settings) {
    return new SocketPolicy(settings.edge().socketTeams(), settings.edge().socket());
  }

  @Bean
  LogClient logClient(Exchanges exchanges, ServiceDirectory services) {
    return new LogClient(exchanges, services);
  }

  @Bean
  Forwarder forwarder() {
    return new Forwarder();
  }

  /** They go the way of the audit trail, which is kept on disk until the broker has it. */
  @Bean
  PruneEvents pruneEvents(AuditTrail audit, GatewaySettings settings) {
    return new PruneEvents(audit.journal(), settings.instance(), CLOCK);
  }

  @Bean
  ContainerRoutes containerRoutes(
      Fleet fleet,
      Names names,
      Exchanges exchanges,
      ServiceDirectory services,
      LogClient logs,
      Forwarder forwarder,
      FaultPoints faults,
      SocketPolicy sockets,
      PruneEvents prunes) {
    return new ContainerRoutes(
        fleet,
        names,
        (Caller caller) -> new ImageClient(exchanges, services, caller),
        (Caller caller) -> new NetworkClient(exchanges, services, caller),
        logs,
        forwarder,
        new ContainerRoutes.Tools(CLOCK, new SecureRandom(), faults, sockets, prunes));
  }

  @Bean
  ExecRoutes execRoutes(Fleet fleet) {
    return new ExecRoutes(fleet);
  }

  @Bean
  ImageRoutes imageRoutes(
      Fleet fleet, Forwarder forwarder, Exchanges exchanges, ServiceDirectory services) {
    return new ImageRoutes(fleet, services, exchanges, forwarder);
  }

  @Bean
  NetworkRoutes networkRoutes(
      Fleet fleet, Exchanges exchanges, ServiceDirectory services, PruneEvents prunes) {
    return new NetworkRoutes(
        fleet, (Caller caller) -> new NetworkClient(exchanges, services, caller), prunes, CLOCK);
  }

  @Bean
  VolumeRoutes volumeRoutes(Fleet fleet, PruneEvents prunes) {
    return new VolumeRoutes(fleet, prunes);
  }

  @Bean
  SystemRoutes systemRoutes(
      Fleet fleet, Exchanges exchanges, ServiceDirectory services, GatewaySettings settings) {
    return new SystemRoutes(
        fleet,
        services,
        exchanges,
        new EngineInfo.Settings(settings.instance(), settings.data(), CLOCK));
  }

  @Bean(initMethod = "start")
  EventHub eventHub(KafkaClients kafka) {
    return new EventHub(kafka);
  }

  @Bean
  EventRoutes eventRoutes(EventHub hub, KafkaClients kafka) {
    return new EventRoutes(hub, kafka, CLOCK);
  }

  @Bean
  AccessTokens accessTokens(Database database) {
    return new AccessTokens(database, new SecureRandom(), CLOCK);
  }

  @Bean
  Sharing sharing(Database database) {
    return new Sharing(database);
  }

  @Bean
  RegistryRoutes registryRoutes(AccessTokens tokens, Sharing sharing) {
    return new RegistryRoutes(tokens, sharing, CLOCK);
  }

  @Bean
  RuleRoutes ruleRoutes(Exchanges exchanges, ServiceDirectory services) {
    return new RuleRoutes(exchanges, services);
  }

  @Bean
  PlatformRoutes platformRoutes(
      Fleet fleet,
      Forwarder forwarder,
      Exchanges exchanges,
      ServiceDirectory services,
      LogClient logs) {
    return new PlatformRoutes(fleet, services, exchanges, forwarder, logs);
  }
}
