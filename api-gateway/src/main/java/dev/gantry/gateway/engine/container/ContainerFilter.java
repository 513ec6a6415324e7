package dev.gantry.gateway.engine.container;

import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerPort;
import dev.gantry.engine.Health;
import dev.gantry.engine.MountPoint;
import dev.gantry.engine.NetworkSettings;
import dev.gantry.engine.Reference;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.fleet.ContainerView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which containers a list shows: all the filters that the engine has for it. */
final class ContainerFilter implements Predicate<ContainerView> {
  static final Set<String> KNOWN =
      Set.of(
          "ancestor",
          "before",
          "exited",
          "expose",
          "health",
          "id",
          "isolation",
          "is-task",
          "label",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");
  private static final Set<String> STATES =
      Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
  private static final Set<String> HEALTHS = Set.of("starting", "healthy", "unhealthy", "none");

  private final Filters filters;
  private final List<Integer> exitCodes;
  private final List<PortRange> exposed;
  private final List<PortRange> published;
  private final long before;
  private final long since;
  private final Set<String> ancestors;
  private final Map<String, List<String>> linkNames;

  /**
   * Checks the filters.
   *
   * @param byReference finds the containers that {@code before} and {@code since} name
   * @param ancestors ids of the images that {@code ancestor} names
   * @param linkNames names that links give to containers, by id
   */
  ContainerFilter(
      Filters filters,
      Function<String, ContainerView> byReference,
      Set<String> ancestors,
      Map<String, List<String>> linkNames) {
    this.filters = filters;
    this.linkNames = linkNames;
    this.ancestors = ancestors;
    requireAll("status", STATES);
    requireAll("health", HEALTHS);
    this.exitCodes = filters.get("exited").stream().map(ContainerFilter::exitCode).toList();
    this.exposed = filters.get("expose").stream().map(PortRange::parse).toList();
    this.published = filters.get("publish").stream().map(PortRange::parse).toList();
    this.before =
        filters.has("before")
            ? byReference.apply(filters.get("before").getFirst()).createdNanos()
            : Long.MAX_VALUE;
    this.since =
        filters.has("since")
            ? byReference.apply(filters.get("since").getFirst()).createdNanos()
            : Long.MIN_VALUE;
  }

  private void requireAll(String filter, Set<String> allowed) {
    for (String value : filters.get(filter)) {
      if (!allowed.contains(value)) {
        throw invalid("invalid filter '" + filter + "=" + value + "'");
      }
    }
  }

  private static int exitCode(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw invalid("invalid filter 'exited=" + text + "'");
    }
  }

  /** Whether ended containers are shown although the caller did not ask for all. */
  boolean impliesAll() {
    return filters.has("status");
  }

  @Override
  public boolean test(ContainerView container) {
    return filters.labels(container.labels())
        && filters.prefix("id", container.id().value())
        && named(container)
        && filters.exact("status", container.status())
        && container.createdNanos() < before
        && container.createdNanos() > since
        && exited(container)
        && healthy(container)
        && ancestor(container)
        && volume(container)
        && network(container)
        && ports(container)
        && !filters.flag("is-task").orElse(false);
  }

  private boolean named(ContainerView container) {
    return filters.match("name", container.name(), "/" + container.name())
        || linkNames.getOrDefault(container.id().value(), List.of()).stream()
            .anyMatch(name -> filters.match("name", name, "/" + name));
  }

  private boolean exited(ContainerView container) {
    Integer code = container.state().exitCode();
    return !filters.has("exited")
        || (code != null
            && exitCodes.contains(code)
            && !container.running()
            && !container.status().equals("created"));
  }

  private boolean healthy(ContainerView container) {
    Health health = container.state().health();
    String status = health == null || health.status() == null ? "none" : health.status();
    return filters.exact("health", status.isEmpty() ? "none" : status);
  }

  private boolean ancestor(ContainerView container) {
    if (!filters.has("ancestor")) {
      return true;
    }
    ContainerConfig config = container.config();
    String image = config == null || config.image() == null ? "" : config.image();
    return ancestors.contains(container.imageId())
        || filters.get("ancestor").stream()
            .anyMatch(asked -> sameImage(asked, image, container.imageId()));
  }

  private static boolean sameImage(String asked, String image, String imageId) {
    String digits = imageId.replaceFirst("^sha256:", "");
    boolean byId = asked.length() >= 4 && digits.startsWith(asked.replaceFirst("^sha256:", ""));
    return byId || asked.equals(image) || Reference.parse(asked).equals(Reference.parse(image));
  }

  private boolean volume(ContainerView container) {
    List<MountPoint> mounts = container.inspect().mounts();
    return !filters.has("volume")
        || (mounts != null
            && mounts.stream()
                .anyMatch(
                    mount ->
                        filters.get("volume").contains(mount.name())
                            || filters.get("volume").contains(mount.destination())));
  }

  private boolean network(ContainerView container) {
    NetworkSettings settings = container.inspect().networkSettings();
    if (!filters.has("network")) {
      return true;
    }
    return settings != null
        && settings.networks() != null
        && settings.networks().entrySet().stream()
            .anyMatch(
                entry ->
                    filters.get("network").contains(entry.getKey())
                        || filters.get("network").contains(entry.getValue().networkId()));
  }

  private boolean ports(ContainerView container) {
    if (exposed.isEmpty() && published.isEmpty()) {
      return true;
    }
    List<ContainerPort> ports = Summaries.ports(container.inspect().networkSettings());
    return (exposed.isEmpty()
            || ports.stream().anyMatch(port -> any(exposed, port.privatePort(), port.type())))
        && (published.isEmpty()
            || ports.stream().anyMatch(port -> any(published, port.publicPort(), port.type())));
  }

  private static boolean any(
      List<PortRange> ranges,
      @org.jspecify.annotations.Nullable Integer port,
      @org.jspecify.annotations.Nullable String protocol) {
    return port != null && ranges.stream().anyMatch(range -> range.has(port, protocol));
  }
}
