package dev.gantry.gateway.engine.network;

import static dev.gantry.gateway.call.Failures.invalid;

import dev.gantry.engine.Network;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Query;
import java.util.Map;
import java.util.Set;

/** Which networks a list shows. */
record NetworkFilter(Filters filters) {
  private static final Set<String> KNOWN =
      Set.of("driver", "type", "name", "id", "label", "dangling", "scope");
  private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none");

  static NetworkFilter of(Query query) {
    Filters filters = Filters.of(query, KNOWN);
    for (String type : filters.get("type")) {
      if (!type.equals("custom") && !type.equals("builtin")) {
        throw invalid("invalid filter: 'type'='" + type + "'");
      }
    }
    if (!Set.of("true", "1", "false", "0").containsAll(filters.get("dangling"))) {
      throw invalid(
          "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or"
              + " \"0\")");
    }
    return new NetworkFilter(filters);
  }

  /**
   * @param inUse ids of the networks that running containers are on
   */
  boolean takes(Network network, Set<String> inUse) {
    boolean dangling = !isPredefined(network) && !inUse.contains(String.valueOf(network.id()));
    return filters.exact("driver", String.valueOf(network.driver()))
        && filters.exact("type", isPredefined(network) ? "builtin" : "custom")
        && filters.match("name", String.valueOf(network.name()))
        && filters.prefix("id", String.valueOf(network.id()))
        && filters.exact("scope", String.valueOf(network.scope()))
        && filters.labels(labels(network))
        && filters.flag("dangling").map(wanted -> wanted == dangling).orElse(true);
  }

  static boolean isPredefined(Network network) {
    return PREDEFINED.contains(String.valueOf(network.name()));
  }

  static Map<String, String> labels(Network network) {
    return network.labels() == null ? Map.of() : network.labels();
  }
}
