package dev.gantry.node.container;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * A link of a container on the default bridge ({@code --link}), as the gateway resolved it and
 * records have it: {@code ID:ALIAS}. On other networks links are names, see {@link EndpointPlan}.
 */
public record DefaultLink(ContainerId container, String alias) {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{64}):([^/:\\s\\p{Cntrl}]{1,255})");

  /**
   * The links of a container, in their order; empty where its network is not the default bridge.
   */
  public static List<DefaultLink> of(HostConfig host) {
    return "bridge".equals(host.networkMode())
        ? ImageConfig.orEmpty(host.links()).stream().map(DefaultLink::parse).toList()
        : List.of();
  }

  private static DefaultLink parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      throw new ServiceException(ErrorCode.INVALID, "bad format for links: " + text);
    }
    return new DefaultLink(new ContainerId(form.group(1)), form.group(2));
  }

  /** Refuses an alias that would be two containers' name. */
  static void check(HostConfig host) {
    Set<String> aliases = new HashSet<>();
    for (DefaultLink link : of(host)) {
      if (!aliases.add(link.alias())) {
        throw new ServiceException(
            ErrorCode.INVALID, "conflicting options: two links have the alias " + link.alias());
      }
    }
  }

  /** The host part without one link. */
  public static HostConfig without(HostConfig host, DefaultLink link) {
    ObjectNode changed = EngineJson.MAPPER.valueToTree(host);
    changed.set(
        "Links",
        EngineJson.MAPPER.valueToTree(
            ImageConfig.orEmpty(host.links()).stream()
                .filter(text -> !text.equals(link.container() + ":" + link.alias()))
                .toList()));
    return EngineJson.MAPPER.treeToValue(changed, HostConfig.class);
  }
}
