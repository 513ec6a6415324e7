package dev.gantry.gateway.engine.events;

import dev.gantry.engine.EngineEvent;
import dev.gantry.engine.EngineJson;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Permission;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.call.Times;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** {@code docker events}: what happens, and what has happened, without a gap between the two. */
public final class EventRoutes implements Routes {
  private static final Set<String> FILTERS =
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

  private final EventHub hub;
  private final InstantSource clock;

  public EventRoutes(EventHub hub, InstantSource clock) {
    this.hub = hub;
    this.clock = clock;
  }

  @Override
  public List<Route> routes() {
    return List.of(Route.read("/events", Permission.EVENTS_READ, "system.events", this::events));
  }

  private Answer events(Call call) {
    Filters filters = Filters.of(call.query(), FILTERS);
    Optional<Instant> since = call.query().text("since").map(this::time);
    Optional<Instant> until = call.query().text("until").map(this::time);
    String team = call.caller().team().value();
    // From here on nothing is missed, whatever is read of the past meanwhile.
    EventHub.Subscription subscription = hub.subscribe(team);
    return new Answer.Live(
        "application/json", new Stream(hub, subscription, team, filters, since, until, clock));
  }

  /** A time, or how long ago, as the engine takes both. */
  private Instant time(String text) {
    if (text.matches("[0-9.hms]+") && text.matches(".*[hms]")) {
      return clock.instant().minus(Duration.parse("PT" + text));
    }
    return Times.parse(text);
  }

  private record Stream(
      EventHub hub,
      EventHub.Subscription subscription,
      String team,
      Filters filters,
      Optional<Instant> since,
      Optional<Instant> until,
      InstantSource clock)
      implements Answer.Feed {

    @Override
    public void run(OutputStream client) throws IOException, InterruptedException {
      Set<String> sent = new HashSet<>();
      if (since.isPresent()) {
        for (EventHub.Told told : hub.since(team, since.get())) {
          if (Times.nanos(since.get()) <= told.event().timeNano() && sent.add(told.id())) {
            send(client, told.event());
          }
        }
      }
      while (!subscription.overrun() && !Thread.currentThread().isInterrupted()) {
        long wait =
            until.map(end -> Duration.between(clock.instant(), end).toMillis()).orElse(60_000L);
        if (until.isPresent() && wait <= 0 && subscription.queue().isEmpty()) {
          return;
        }
        EventHub.Told told = subscription.queue().poll(Math.max(1, wait), TimeUnit.MILLISECONDS);
        if (told == END) {
          return;
        }
        if (told != null && sent.add(told.id())) {
          send(client, told.event());
          if (sent.size() > 20_000) {
            sent.clear();
          }
        }
      }
    }

    private static final EventHub.Told END =
        new EventHub.Told("", "", EngineEvent.of("", "", "", Map.of(), 0));

    private void send(OutputStream client, EngineEvent event) throws IOException {
      boolean inTime = until.isEmpty() || event.timeNano() <= Times.nanos(until.get());
      if (inTime && wanted(event)) {
        byte[] line = (json(event) + "\n").getBytes(StandardCharsets.UTF_8);
        client.write(line);
        client.flush();
      }
    }

    private boolean wanted(EngineEvent event) {
      String id = event.actor().id();
      Map<String, String> attributes = event.actor().attributes();
      String name = attributes.getOrDefault("name", "");
      String image = event.type().equals("image") ? id : attributes.getOrDefault("image", "");
      return filters.exact("type", event.type())
          && filters.exact("scope", event.scope())
          && actionWanted(event.action())
          && nounWanted("container", event, id, name)
          && nounWanted("volume", event, id, name)
          && nounWanted("network", event, id, name)
          && (!filters.has("image") || imageWanted(image, name))
          && (!filters.has("label") || filters.labels(attributes));
    }

    private boolean actionWanted(String action) {
      int colon = action.indexOf(':');
      String plain = colon < 0 ? action : action.substring(0, colon);
      return filters.exact("event", action) || filters.exact("event", plain);
    }

    private boolean nounWanted(String noun, EngineEvent event, String id, String name) {
      if (!filters.has(noun)) {
        return true;
      }
      boolean itself =
          event.type().equals(noun)
              && filters.get(noun).stream()
                  .anyMatch(
                      wanted ->
                          wanted.equals(name)
                              || wanted.equals("/" + name)
                              || id.startsWith(wanted));
      String other = event.actor().attributes().get(noun);
      return itself || (other != null && filters.get(noun).stream().anyMatch(other::startsWith));
    }

    private boolean imageWanted(String image, String name) {
      return filters.get("image").stream()
          .anyMatch(
              wanted ->
                  wanted.equals(image)
                      || wanted.equals(name)
                      || image.startsWith(wanted + ":")
                      || name.startsWith(wanted + ":"));
    }

    /**
     * The shape that clients before 1.52 read: with {@code status}, {@code id} and {@code from} at
     * the top.
     */
    private static ObjectNode json(EngineEvent event) {
      ObjectNode json = EngineJson.MAPPER.createObjectNode();
      if (event.type().equals("container") || event.type().equals("image")) {
        json.put("status", event.action());
        json.put("id", event.actor().id());
        String from = event.actor().attributes().get("image");
        if (from != null) {
          json.put("from", from);
        }
      }
      ObjectNode rest = EngineJson.MAPPER.valueToTree(event);
      json.setAll(rest);
      return json;
    }

    @Override
    public void stop() {
      subscription.close();
      subscription.queue().clear();
      boolean _ = subscription.queue().offer(END);
    }
  }
}
