package dev.gantry.image;

import dev.gantry.delivery.DeadLetter;
import dev.gantry.delivery.InstanceHeartbeat;
import dev.gantry.delivery.KafkaClients;
import dev.gantry.delivery.Outbox;
import dev.gantry.delivery.OutboxRelay;
import dev.gantry.delivery.TopicAdmin;
import dev.gantry.image.access.ContainerImages;
import dev.gantry.image.access.Credentials;
import dev.gantry.image.access.Gateway;
import dev.gantry.image.archive.ContainerCommit;
import dev.gantry.image.archive.ImageLoad;
import dev.gantry.image.archive.ImageSave;
import dev.gantry.image.archive.ImageStore;
import dev.gantry.image.archive.RootImport;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.FileBlobStore;
import dev.gantry.image.bucket.BucketBlobStore;
import dev.gantry.image.distribution.Refusals;
import dev.gantry.image.distribution.Registry;
import dev.gantry.image.distribution.RegistryAddress;
import dev.gantry.image.distribution.RegistryAudit;
import dev.gantry.image.distribution.RegistryDoor;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.layer.LayerLimits;
import dev.gantry.image.removal.Collector;
import dev.gantry.image.removal.Removals;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.repository.RepositoryRemovals;
import dev.gantry.image.retention.Retention;
import dev.gantry.image.retention.RetentionRuns;
import dev.gantry.image.upload.Housekeeping;
import dev.gantry.image.upload.UploadLimits;
import dev.gantry.image.upload.Uploads;
import dev.gantry.image.zone.BlobHolders;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/** How the parts of image-service are put together. */
@Configuration(proxyBeanMethods = false)
class ImageConfiguration {
  private static final String SERVICE = "image-service";
  private static final String SCHEMA = "image";

  /** The places at which a crash test can let this service fail. */
  static final Set<String> FAULT_POINTS =
      Set.of(
          "load.afterBlob",
          "load.beforeCommit",
          "delete.beforeCommit",
          "delete.beforeBlobs",
          "push.beforeSync",
          "push.afterUpload",
          "push.beforeBlobCommit",
          "push.beforeManifest",
          "push.beforeCommit",
          "pull.beforeBlobCommit",
          "pull.afterBlob",
          "pull.beforeManifest",
          "pull.beforeCommit");

  @Bean
  KafkaClients kafkaClients(ImageSettings settings) {
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
  OutboxRelay outboxRelay(DataSource database, KafkaClients kafka, DeadLetter deadLetter) {
    return new OutboxRelay(SCHEMA, database, kafka, deadLetter);
  }

  @Bean(initMethod = "start")
  InstanceHeartbeat heartbeat(
      ImageSettings settings, KafkaClients kafka, @Value("${server.port}") int port) {
    URI uri = URI.create("https://" + settings.advertise() + ":" + port);
    return new InstanceHeartbeat(SERVICE, uri, kafka, InstantSource.system());
  }

  @Bean
  BlobStore blobStore(ImageSettings settings, DSLContext database) {
    return settings.s3().isUsed()
        ? BucketBlobStore.open(settings.s3(), settings.data(), database).start()
        : FileBlobStore.open(settings.data());
  }

  @Bean
  FaultPoints faultPoints(ImageSettings settings) {
    return FaultPoints.parse(settings.faultPoints(), FAULT_POINTS);
  }

  @Bean
  ImageEvents imageEvents() {
    return new ImageEvents(new Outbox(SCHEMA));
  }

  @Bean
  LayerIntake layerIntake(ImageSettings settings) {
    return new LayerIntake(new LayerLimits(settings.layerBytes(), settings.layerEntries()));
  }

  @Bean
  ImageStore imageStore(
      DSLContext database, BlobStore blobs, ImageEvents events, FaultPoints faults) {
    return new ImageStore(database, blobs, events, faults, InstantSource.system());
  }

  @Bean
  ImageLoad imageLoad(ImageStore store, BlobStore blobs, LayerIntake intake) {
    return new ImageLoad(store, blobs, intake);
  }

  @Bean
  RootImport rootImport(ImageStore store, BlobStore blobs, LayerIntake intake) {
    return new RootImport(store, blobs, intake, InstantSource.system());
  }

  @Bean
  ContainerCommit containerCommit(
      DSLContext database, ImageStore store, BlobStore blobs, LayerIntake intake) {
    return new ContainerCommit(database, store, blobs, intake, InstantSource.system());
  }

  @Bean
  ImageSave imageSave(DSLContext database, BlobStore blobs, ImageEvents events) {
    return new ImageSave(database, blobs, events, InstantSource.system());
  }

  @Bean
  Collector collector(DSLContext database, BlobStore blobs, FaultPoints faults) {
    return new Collector(database, blobs, faults);
  }

  @Bean
  Removals removals(DSLContext database, Collector collector, ImageEvents events) {
    return new Removals(database, collector, events, InstantSource.system());
  }

  @Bean
  UploadLimits uploadLimits(ImageSettings settings) {
    return new UploadLimits(
        settings.layerBytes(),
        settings.openUploads(),
        settings.uploadExpiry(),
        settings.blobGrace());
  }

  @Bean
  Uploads uploads(DSLContext database, BlobStore blobs, UploadLimits limits, FaultPoints faults) {
    return new Uploads(database, blobs, limits, faults, InstantSource.system());
  }

  @Bean(initMethod = "start")
  Housekeeping housekeeping(
      DSLContext database,
      Uploads uploads,
      Collector collector,
      UploadLimits limits,
      BlobHolders holders) {
    return new Housekeeping(
        database, uploads, collector, limits, holders::expire, InstantSource.system());
  }

  @Bean
  BlobHolders blobHolders(DSLContext database, ImageSettings settings) {
    return new BlobHolders(database, settings.zone(), InstantSource.system());
  }

  @Bean
  ManifestPush manifestPush(
      DSLContext database,
      BlobStore blobs,
      LayerIntake intake,
      ImageEvents events,
      FaultPoints faults,
      RetentionRuns retention) {
    return new ManifestPush(
        database, blobs, intake, events, faults, InstantSource.system(), retention::pushed);
  }

  @Bean
  RepositoryRemovals repositoryRemovals(
      DSLContext database, Collector collector, ImageEvents events) {
    return new RepositoryRemovals(database, collector, events, InstantSource.system());
  }

  @Bean
  Gateway gateway(ImageSettings settings, SslBundles bundles, RestClient.Builder clients) {
    return Gateway.at(
        settings.gatewayUrl(), bundles.getBundle("platform").createSslContext(), clients);
  }

  @Bean
  Credentials credentials(Gateway gateway) {
    return new Credentials(gateway, InstantSource.system());
  }

  @Bean
  Retention retention(
      DSLContext database, Collector collector, ImageEvents events, Gateway gateway) {
    return new Retention(
        database, collector, events, new ContainerImages(gateway)::of, InstantSource.system());
  }

  @Bean(initMethod = "start")
  RetentionRuns retentionRuns(Retention retention) {
    return new RetentionRuns(retention);
  }

  @Bean
  Registry registry(
      DSLContext database,
      BlobStore blobs,
      Uploads uploads,
      ManifestPush pushes,
      RepositoryRemovals removals,
      ImageEvents events,
      Credentials credentials) {
    InstantSource clock = InstantSource.system();
    RegistryAudit audit =
        new RegistryAudit(database, new Outbox(SCHEMA), new Refusals(credentials, clock), clock);
    return new Registry(
        database, blobs, uploads, pushes, removals, events, audit, credentials, clock);
  }

  @Bean
  RegistryDoor registryDoor(ImageSettings settings, Registry registry) {
    Path own = settings.certs().resolve(settings.cert());
    return new RegistryDoor(
        RegistryAddress.parse(settings.registry()),
        Optional.of(settings.registryTls())
            .filter(text -> !text.isEmpty())
            .map(RegistryAddress::parse),
        new TlsFiles(
            Path.of(own + ".pem"),
            Path.of(own + ".key"),
            settings.certs().resolve("clients-ca.pem")),
        registry);
  }

  /** Before the first call is answered, contents and rows are brought together. */
  @Bean
  ApplicationRunner repair(DSLContext database, BlobStore blobs) throws IOException {
    blobs.repair(database);
    return _ -> {};
  }
}
