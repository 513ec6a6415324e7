package dev.gantry.image;

import dev.gantry.image.archive.RootImport;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.distribution.RegistryAddress;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.remote.AddressGate;
import dev.gantry.image.remote.RemoteRegistries;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.transfer.Traffic;
import dev.gantry.image.transfer.TransferLimits;
import dev.gantry.image.transfer.UrlImport;
import dev.gantry.services.FaultPoints;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import org.jooq.DSLContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the parts that speak to other registries are put together. */
@Configuration(proxyBeanMethods = false)
class TransferConfiguration {

  @Bean
  RemoteRegistries remoteRegistries(ImageSettings settings) {
    RegistryAddress own = RegistryAddress.parse(settings.registry());
    return new RemoteRegistries(
        settings.remote(),
        new AddressGate(settings.remote(), new InetSocketAddress(own.host(), own.port())));
  }

  @Bean
  Traffic traffic(
      ImageSettings settings,
      DSLContext database,
      BlobStore blobs,
      LayerIntake intake,
      ManifestPush manifests,
      FaultPoints faults,
      RemoteRegistries registries) {
    return new Traffic(
        new Traffic.Store(database, blobs, intake, manifests, faults, InstantSource.system()),
        registries,
        new TransferLimits(
            settings.remote().parallel(), settings.remote().transfers(), settings.layerBytes()));
  }

  @Bean
  UrlImport urlImport(Traffic traffic, RootImport imports) {
    return new UrlImport(traffic, imports);
  }
}
