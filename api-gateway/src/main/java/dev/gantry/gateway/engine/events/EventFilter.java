package dev.gantry.gateway.engine.events;

import dev.gantry.engine.EngineEvent;
import dev.gantry.engine.Reference;
import dev.gantry.gateway.call.Filters;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Which events a caller wants. */
record EventFilter(Filters filters) implements Predicate<EngineEvent> {
  static final Set<String> KNOWN =
      Set.of(
          "config",
          "container",
          "daemon",
          "event",
          "image",
          "label",
          "network",
          "node",
          "plugin",
          "scope",
          "secret",
          "service",
          "type",
          "volume");
  private static final List<String> NOT_HERE =
      List.of("config", "daemon", "node", "plugin", "secret", "service");

  @Override
  public boolean test(EngineEvent event) {
    Map<String, String> attributes = event.actor().attributes();
    return filters.exact("type", event.type())
        && filters.exact("scope", event.scope())
        && action(event.action())
        && filters.labels(attributes)
        && noun("container", event)
        && noun("volume", event)
        && noun("network", event)
        && image(event)
        && NOT_HERE.stream().noneMatch(filters::has);
  }

  /** {@code exec_create} wants {@code exec_create: sh -c true} too. */
  private boolean action(String action) {
    return !filters.has("event")
        || filters.get("event").stream()
            .anyMatch(wanted -> action.equals(wanted) || action.startsWith(wanted + ":"));
  }

  private boolean noun(String type, EngineEvent event) {
    if (!filters.has(type)) {
      return true;
    }
    Map<String, String> attributes = event.actor().attributes();
    String name = attributes.getOrDefault("name", "");
    if (event.type().equals(type)) {
      return filters.prefix(type, event.actor().id()) || filters.exact(type, name);
    }
    String other = attributes.get(type);
    return other != null && filters.prefix(type, other);
  }

  private boolean image(EngineEvent event) {
    if (!filters.has("image")) {
      return true;
    }
    Map<String, String> attributes = event.actor().attributes();
    boolean isImage = event.type().equals("image");
    String name = attributes.getOrDefault(isImage ? "name" : "image", "");
    return filters.get("image").stream()
        .anyMatch(
            wanted ->
                wanted.equals(name)
                    || wanted.equals(event.actor().id())
                    || Reference.parse(wanted).equals(Reference.parse(name))
                    || wanted.equals(
                        Reference.parse(name).map(Reference::familiarRepository).orElse("")));
  }
}
