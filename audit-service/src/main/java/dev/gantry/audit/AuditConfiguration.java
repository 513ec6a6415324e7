package dev.gantry.audit;

import dev.gantry.audit.ingest.TrailWriter;
import dev.gantry.audit.query.Trail;
import dev.gantry.audit.subscribe.Growth;
import dev.gantry.delivery.ConsumerTracing;
import dev.gantry.delivery.DeadLetter;
import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.delivery.InstanceHeartbeat;
import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.TopicAdmin;
import dev.gantry.events.Topics;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the parts of audit-service are put together. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {
  private static final String SERVICE = "audit-service";

  @Bean
  KafkaClients kafkaClients(AuditSettings settings) {
    return KafkaClients.secured(settings.kafka(), settings.certs(), settings.cert(), SERVICE);
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
      AuditSettings settings, KafkaClients kafka, @Value("${server.port}") int port) {
    URI uri = URI.create("https://" + settings.advertise() + ":" + port);
    return new InstanceHeartbeat(SERVICE, uri, kafka, InstantSource.system());
  }

  @Bean
  Growth growth() {
    return new Growth();
  }

  @Bean
  Trail trail(DSLContext database) {
    return new Trail(database);
  }

  @Bean
  ConsumerTracing consumerTracing(
      ObjectProvider<Tracer> tracers, ObjectProvider<Propagator> propagators) {
    return new ConsumerTracing(tracers.getIfAvailable(), propagators.getIfAvailable());
  }

  @Bean(initMethod = "start")
  IdempotentConsumer ingest(
      DSLContext database,
      KafkaClients kafka,
      DeadLetter deadLetter,
      ConsumerTracing tracing,
      Growth growth) {
    return new IdempotentConsumer(
        SERVICE,
        List.of(Topics.AUDIT_CALLS.topic()),
        "audit",
        database,
        kafka,
        deadLetter,
        tracing,
        new TrailWriter(growth::tell));
  }
}
