package dev.gantry.node;

import dev.gantry.node.blob.ImageBlobs;
import dev.gantry.node.blob.KeptBlobs;
import dev.gantry.node.blob.PeerLimits;
import dev.gantry.node.blob.Peers;
import dev.gantry.node.blob.ZoneBlobs;
import dev.gantry.node.bundle.Bundles;
import dev.gantry.node.bundle.Capabilities;
import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.config.HostFacts;
import dev.gantry.node.config.KernelAbilities;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.config.NodeIdentity;
import dev.gantry.node.config.NodeSettings;
import dev.gantry.node.dns.Resolvers;
import dev.gantry.node.kernel.Poller;
import dev.gantry.node.lifecycle.Kernel;
import dev.gantry.node.network.LeaseSource;
import dev.gantry.node.network.Leases;
import dev.gantry.node.network.Sandboxes;
import dev.gantry.node.remote.ServiceClient;
import dev.gantry.node.runtime.Conmon;
import dev.gantry.node.runtime.ExitWatch;
import dev.gantry.node.runtime.OciRuntimes;
import dev.gantry.node.runtime.SeccompFilters;
import dev.gantry.node.snapshot.LayerLimits;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.socket.Gateway;
import dev.gantry.node.socket.TeamSockets;
import dev.gantry.services.FaultPoints;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The node's ways to the kernel. */
@Configuration(proxyBeanMethods = false)
class KernelConfiguration {

  @Bean
  OciRuntimes ociRuntimes(NodeSettings settings, NodeFiles files) throws IOException {
    return OciRuntimes.find(settings.runtime(), files.run().resolve("runtime"));
  }

  @Bean(destroyMethod = "close")
  Poller poller() throws IOException {
    return new Poller();
  }

  @Bean
  Cgroups cgroups(NodeIdentity node) throws IOException {
    return Cgroups.find("gantry/" + node.id());
  }

  @Bean
  KernelAbilities kernelAbilities(NodeIdentity node) throws IOException {
    return KernelAbilities.read(node.cpus());
  }

  @Bean
  Layers layers(NodeFiles files) throws IOException {
    return new Layers(files.layers(), LayerLimits.DEFAULT, HostFacts.boot());
  }

  @Bean
  KeptBlobs keptBlobs(
      NodeFiles files, NodeSettings settings, InstantSource clock, FaultPoints faults)
      throws IOException {
    return new KeptBlobs(
        files.blobs(),
        new KeptBlobs.Bounds(
            settings.zoneName().isEmpty() ? 0 : settings.blobKeepBytes(),
            Duration.ofSeconds(settings.blobKeepSeconds())),
        clock,
        faults);
  }

  @Bean
  ZoneBlobs zoneBlobs(
      NodeIdentity node,
      NodeSettings settings,
      KeptBlobs kept,
      @Qualifier("imageClient") ServiceClient images,
      HttpClient http,
      MeterRegistry meters) {
    return new ZoneBlobs(
        new ZoneBlobs.Zone(settings.zoneName(), node.uri()),
        kept,
        new ImageBlobs(images),
        new Peers(http, PeerLimits.DEFAULT),
        meters);
  }

  @Bean
  Leases leases(NodeFiles files, NodeIdentity node, LeaseSource source) throws IOException {
    return new Leases(
        files.data().resolve("leases.json"),
        node.id(),
        source,
        () -> HostFacts.prefixes(node.id()));
  }

  @Bean(destroyMethod = "close")
  Resolvers resolvers(RandomGenerator random) {
    return new Resolvers(random);
  }

  @Bean(destroyMethod = "close")
  Sandboxes sandboxes(
      NodeIdentity node,
      NodeFiles files,
      Leases leases,
      Resolvers resolvers,
      RandomGenerator random,
      @Value("${gantry.image-url}") String images,
      @Value("${gantry.network-url}") String networks,
      @Value("${gantry.gateway-url}") String gateways)
      throws IOException {
    return new Sandboxes(
        node.id(),
        files.run().resolve("netns"),
        leases,
        resolvers,
        protectedHosts(String.join(",", images, networks, gateways)),
        random);
  }

  /** Hosts of the platform's own processes that are not this one. */
  private static List<String> protectedHosts(String urls) {
    List<String> hosts = new ArrayList<>();
    for (String url : urls.split(",", -1)) {
      String host = URI.create(url.strip()).getHost();
      if (host != null && host.matches("[0-9.]+") && !host.startsWith("127.")) {
        hosts.add(host);
      }
    }
    return hosts.stream().distinct().toList();
  }

  @Bean
  TeamSockets teamSockets(Poller poller, Gateway gateway) {
    return new TeamSockets(poller, gateway);
  }

  @Bean
  Kernel kernel(
      OciRuntimes runtimes,
      Poller poller,
      Cgroups cgroups,
      Layers layers,
      Sandboxes sandboxes,
      NodeFiles files,
      KernelAbilities abilities,
      TeamSockets sockets)
      throws IOException {
    return new Kernel(
        new SnapshotStore(files.snapshots(), files.roots(), layers),
        sandboxes,
        new Bundles(
            new SeccompFilters(),
            Capabilities.ofMask(HostFacts.capabilityMask()),
            HostFacts.kernelVersion(),
            abilities.appArmor()),
        runtimes,
        new Conmon(),
        cgroups,
        new ExitWatch(poller),
        sockets);
  }
}
