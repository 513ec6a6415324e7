package dev.gantry.network;

import dev.gantry.delivery.DeadLetter;
import dev.gantry.delivery.InstanceHeartbeat;
import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.Outbox;
import dev.gantry.delivery.OutboxRelay;
import dev.gantry.delivery.TopicAdmin;
import dev.gantry.network.lease.Leases;
import dev.gantry.network.lease.Silence;
import dev.gantry.network.network.Networks;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the parts of network-service are put together. */
@Configuration(proxyBeanMethods = false)
class NetworkConfiguration {
  private static final String SCHEMA = "network";
  private static final Duration LISTENING_PERIOD = Duration.ofSeconds(30);

  @Bean
  KafkaClients kafkaClients(NetworkSettings settings) {
    return KafkaClients.secured(
        settings.kafka(), settings.certs(), settings.cert(), "network-service");
  }

  @Bean(initMethod = "start")
  TopicAdmin topicAdmin(KafkaClients kafka) {
    return new TopicAdmin(kafka);
  }

  @Bean
  DeadLetter deadLetter(KafkaClients kafka) {
    return new DeadLetter(kafka, "network-service");
  }

  @Bean(initMethod = "start")
  OutboxRelay outboxRelay(DataSource database, KafkaClients kafka, DeadLetter deadLetter) {
    return new OutboxRelay(SCHEMA, database, kafka, deadLetter);
  }

  @Bean(initMethod = "start")
  InstanceHeartbeat heartbeat(
      NetworkSettings settings, KafkaClients kafka, @Value("${server.port}") int port) {
    return new InstanceHeartbeat(
        "network-service",
        URI.create("https://" + settings.advertise() + ":" + port),
        kafka,
        InstantSource.system());
  }

  @Bean
  Networks networks(DSLContext database, NetworkSettings settings) {
    return new Networks(
        database,
        new Outbox(SCHEMA),
        settings.poolPlan(),
        settings.blockLength(),
        new SecureRandom(),
        InstantSource.system());
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  Silence silence(DSLContext database, NetworkSettings settings) {
    return new Silence(database, settings.leaseTerm(), LISTENING_PERIOD);
  }

  @Bean
  Leases leases(DSLContext database, Networks networks) {
    return new Leases(database, networks);
  }
}
