package dev.gantry.log;

import dev.gantry.delivery.ConsumerTracing;
import dev.gantry.delivery.DeadLetter;
import dev.gantry.delivery.IdempotentConsumer;
import dev.gantry.delivery.InstanceHeartbeat;
import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.TopicAdmin;
import dev.gantry.events.Topics;
import dev.gantry.log.chunk.ChunkFiles;
import dev.gantry.log.index.Sealing;
import dev.gantry.log.index.Sweep;
import dev.gantry.log.ingest.OutputIngest;
import dev.gantry.log.ingest.StateIngest;
import dev.gantry.log.query.Followers;
import dev.gantry.log.query.OutputReader;
import dev.gantry.services.FaultPoints;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the parts of log-service are put together. */
@Configuration(proxyBeanMethods = false)
class LogConfiguration {
  private static final String SERVICE = "log-service";
  private static final String SCHEMA = "log";
  private static final Duration FOLLOWERS_LOOK = Duration.ofMillis(300);
  private static final InstantSource CLOCK = InstantSource.system();

  @Bean
  KafkaClients kafkaClients(LogSettings settings) {
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
      LogSettings settings, KafkaClients kafka, @Value("${server.port}") int port) {
    URI uri = URI.create("https://" + settings.advertise() + ":" + port);
    return new InstanceHeartbeat(SERVICE, uri, kafka, CLOCK);
  }

  @Bean
  ChunkFiles chunkFiles(LogSettings settings) {
    return new ChunkFiles(settings.data(), new SecureRandom());
  }

  @Bean(initMethod = "start")
  Sweep sweep(DSLContext database, ChunkFiles files) {
    return new Sweep(database, files, CLOCK);
  }

  @Bean
  OutputReader outputReader(DSLContext database, ChunkFiles files) {
    return new OutputReader(database, files);
  }

  @Bean
  Followers followers(DSLContext database) {
    return new Followers(database, FOLLOWERS_LOOK);
  }

  @Bean
  ConsumerTracing consumerTracing(
      ObjectProvider<Tracer> tracers, ObjectProvider<Propagator> propagators) {
    return new ConsumerTracing(tracers.getIfAvailable(), propagators.getIfAvailable());
  }

  @Bean(initMethod = "start")
  IdempotentConsumer output(
      DSLContext database,
      KafkaClients kafka,
      DeadLetter deadLetter,
      ConsumerTracing tracing,
      ChunkFiles files,
      LogSettings settings,
      MeterRegistry meters) {
    FaultPoints faults = FaultPoints.parse(settings.faultPoints(), OutputIngest.FAULT_POINTS);
    Sealing sealing = new Sealing(files, settings.sealBytes());
    return new IdempotentConsumer(
        SERVICE,
        List.of(Topics.LOG_BATCHES.topic()),
        SCHEMA,
        database,
        kafka,
        deadLetter,
        tracing,
        new OutputIngest(sealing, CLOCK, faults, meters));
  }

  @Bean(initMethod = "start")
  IdempotentConsumer states(
      DSLContext database, KafkaClients kafka, DeadLetter deadLetter, ConsumerTracing tracing) {
    return new IdempotentConsumer(
        SERVICE + "-states",
        List.of(Topics.CONTAINER_STATE.topic()),
        SCHEMA,
        database,
        kafka,
        deadLetter,
        tracing,
        new StateIngest());
  }
}
