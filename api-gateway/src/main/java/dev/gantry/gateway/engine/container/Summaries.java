package dev.gantry.gateway.engine.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerPort;
import dev.gantry.engine.ContainerSummary;
import dev.gantry.engine.ContainerSummaryHostConfig;
import dev.gantry.engine.ContainerSummaryNetworkSettings;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.NetworkSettings;
import dev.gantry.engine.PortBinding;
import dev.gantry.gateway.fleet.ContainerView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container as a list shows it. */
final class Summaries {
  private Summaries() {}

  /**
   * The summary.
   *
   * @param names without the first slash, its own first
   * @param unreachable why the container's node can't be asked, empty where it can
   */
  static ContainerSummary of(
      ContainerView container, List<String> names, String unreachable, Instant now) {
    ContainerInspect inspect = container.inspect();
    ContainerConfig config = inspect.config();
    NetworkSettings network = inspect.networkSettings();
    return new ContainerSummary(
        container.id().value(),
        names.stream().map(name -> "/" + name).toList(),
        config == null || config.image() == null ? container.imageId() : config.image(),
        container.imageId(),
        null,
        command(inspect),
        container.created().getEpochSecond(),
        ports(network),
        null,
        null,
        container.labels(),
        container.status(),
        unreachable.isEmpty() ? StatusLine.of(container.state(), now) : unreachable,
        hostConfig(inspect.hostConfig()),
        new ContainerSummaryNetworkSettings(
            network == null || network.networks() == null ? Map.of() : network.networks()),
        inspect.mounts() == null ? List.of() : inspect.mounts());
  }

  static ContainerSummary withSize(ContainerSummary of, @Nullable Long rw, @Nullable Long root) {
    return new ContainerSummary(
        of.id(),
        of.names(),
        of.image(),
        of.imageId(),
        of.imageManifestDescriptor(),
        of.command(),
        of.created(),
        of.ports(),
        rw,
        root,
        of.labels(),
        of.state(),
        of.status(),
        of.hostConfig(),
        of.networkSettings(),
        of.mounts());
  }

  private static String command(ContainerInspect inspect) {
    StringBuilder command = new StringBuilder(inspect.path() == null ? "" : inspect.path());
    if (inspect.args() != null) {
      for (String arg : inspect.args()) {
        command.append(' ').append(arg.contains(" ") ? "'" + arg + "'" : arg);
      }
    }
    return command.toString();
  }

  private static ContainerSummaryHostConfig hostConfig(@Nullable HostConfig host) {
    String mode = host == null || host.networkMode() == null ? "default" : host.networkMode();
    return new ContainerSummaryHostConfig(mode, host == null ? null : host.annotations());
  }

  static List<ContainerPort> ports(@Nullable NetworkSettings network) {
    List<ContainerPort> ports = new ArrayList<>();
    if (network == null || network.ports() == null) {
      return ports;
    }
    for (var entry : network.ports().entrySet()) {
      int slash = entry.getKey().indexOf('/');
      int inside = number(slash < 0 ? entry.getKey() : entry.getKey().substring(0, slash));
      String type = slash < 0 ? "tcp" : entry.getKey().substring(slash + 1);
      List<PortBinding> bindings = entry.getValue();
      if (bindings == null || bindings.isEmpty()) {
        ports.add(new ContainerPort(null, inside, null, type));
      } else {
        for (PortBinding binding : bindings) {
          ports.add(new ContainerPort(binding.hostIp(), inside, number(binding.hostPort()), type));
        }
      }
    }
    return ports;
  }

  private static int number(@Nullable String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
