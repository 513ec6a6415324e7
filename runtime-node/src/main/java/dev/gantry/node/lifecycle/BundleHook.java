package dev.gantry.node.lifecycle;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.bundle.BundleInput;
import dev.gantry.node.bundle.Bundles;
import dev.gantry.node.bundle.EtcFiles;
import dev.gantry.node.bundle.Users;
import dev.gantry.node.cgroup.Cgroups;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.EndpointPlan;
import dev.gantry.node.dns.Resolvers;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.runtime.OciRuntimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The folder of the run: files of {@code /etc} and what the OCI runtime reads. */
final class BundleHook implements Hook {
  private final NodeFiles files;
  private final Donors donors;
  private final LinkedContainers links;
  private final OciRuntimes runtimes;
  private final Bundles bundles;
  private final Cgroups cgroups;

  BundleHook(NodeFiles files, Donors donors, LinkedContainers links, Kernel kernel) {
    this.files = files;
    this.donors = donors;
    this.links = links;
    this.runtimes = kernel.runtimes();
    this.bundles = kernel.bundles();
    this.cgroups = kernel.cgroups();
  }

  @Override
  public String name() {
    return "bundle";
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    ContainerConfig config = record.spec().config();
    HostConfig host = record.spec().host();
    Path folder = files.run(record.id());
    Files.createDirectories(folder);
    ContainerRecord owner = donors.networkOwner(record);
    EtcFiles shared = EtcFiles.in(files.run(owner.id()));
    boolean shares = !owner.id().equals(record.id()) && Files.exists(shared.hosts());
    String hostname = String.valueOf(config.hostname());
    EtcFiles etc = shares ? shared : EtcFiles.in(folder);
    if (!shares) {
      Attachment attachment = assembly.attachment();
      etc.write(
          hostname,
          config,
          host,
          addresses(attachment),
          gateway(attachment),
          EndpointPlan.hasNames(record) ? Resolvers.ADDRESS : null);
      links.name(record, etc);
    }
    List<String> environment = new ArrayList<>(links.environment(record));
    if (config.env() != null) {
      environment.addAll(config.env());
    }
    try {
      bundles.write(
          folder,
          new BundleInput(
              record.id().value(),
              runtimes.of(record.spec().runtime()).kind(),
              hostname,
              config,
              host,
              environment,
              assembly.root(),
              etc,
              assembly.mounts(),
              namespaces(assembly),
              cgroups.path(record.id().value())));
    } catch (Users.UnknownUserException e) {
      throw new OciFailure(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> addresses(@Nullable Attachment attachment) {
    return attachment == null
        ? List.of()
        : attachment.networks().values().stream()
            .map(endpoint -> endpoint.ipAddress() == null ? "" : endpoint.ipAddress())
            .filter(address -> !address.isEmpty())
            .toList();
  }

  private static @Nullable String gateway(@Nullable Attachment attachment) {
    return attachment == null
        ? null
        : attachment.networks().values().stream()
            .map(endpoint -> endpoint.gateway() == null ? "" : endpoint.gateway())
            .filter(address -> !address.isEmpty())
            .findFirst()
            .orElse(null);
  }

  /** With that of the network, unless it is the host's. */
  private static Map<String, String> namespaces(Assembly assembly) {
    Map<String, String> namespaces = new HashMap<>(assembly.namespaces());
    Path netns = assembly.netns();
    if (netns != null) {
      namespaces.put("network", netns.toString());
    }
    return namespaces;
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    Trees.delete(files.run(record.id()));
  }
}
