package dev.gantry.gateway.fleet;

import dev.gantry.engine.HostConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A link of a container on the default bridge, as its node records it: {@code ID:ALIAS}. To the one
 * that it leads to it is a name more, {@code /HOLDER/ALIAS}.
 */
public record DefaultLink(String container, String alias) {
  private static final Set<String> DEFAULT = Set.of("", "default", "bridge");

  /**
   * Whether links of this part of a request are such; on networks of a team's own they are names.
   */
  public static boolean isOn(@Nullable String networkMode) {
    return networkMode == null || DEFAULT.contains(networkMode);
  }

  /** Whether the links of a container, if it has any, are such. */
  public static boolean areOf(ContainerView holder) {
    HostConfig host = holder.inspect().hostConfig();
    return host != null && isOn(host.networkMode());
  }

  static List<DefaultLink> of(ContainerView holder) {
    HostConfig host = holder.inspect().hostConfig();
    List<DefaultLink> links = new ArrayList<>();
    if (host != null && host.links() != null && areOf(holder)) {
      for (String link : host.links()) {
        String[] parts = link.split(":", 2);
        links.add(new DefaultLink(parts[0], parts[parts.length - 1]));
      }
    }
    return links;
  }
}
