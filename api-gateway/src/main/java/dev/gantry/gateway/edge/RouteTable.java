package dev.gantry.gateway.edge;

import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every route there is. The first that fits is it; a path that fits none is not found. */
public final class RouteTable {
  private final List<Route> routes;
  private final Map<String, List<Entry>> byHead = new HashMap<>();

  private record Entry(RoutePattern pattern, Route route) {}

  /** A route that fits, with the variables of its pattern. */
  record Match(Route route, Map<String, String> variables) {}

  public RouteTable(List<Routes> nouns) {
    this.routes = nouns.stream().flatMap(noun -> noun.routes().stream()).toList();
    for (Route route : routes) {
      RoutePattern pattern = new RoutePattern(route.pattern());
      byHead
          .computeIfAbsent(route.method() + " " + pattern.head(), _ -> new ArrayList<>())
          .add(new Entry(pattern, route));
    }
  }

  List<Route> routes() {
    return routes;
  }

  /**
   * Finds a route.
   *
   * @param path decoded segments
   */
  Optional<Match> find(String method, List<String> path) {
    String head = path.isEmpty() ? "" : path.getFirst();
    for (Entry entry : byHead.getOrDefault(method + " " + head, List.of())) {
      @Nullable Map<String, String> variables = entry.pattern().match(path);
      if (variables != null) {
        return Optional.of(new Match(entry.route(), variables));
      }
    }
    return Optional.empty();
  }
}
