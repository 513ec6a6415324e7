package dev.gantry.gateway.engine.events;

import static dev.gantry.gateway.call.Permission.EVENTS_READ;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.call.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The route of events. */
public final class EventRoutes implements Routes {
  private final EventHub hub;
  private final EventHistory history;
  private final InstantSource clock;

  public EventRoutes(EventHub hub, KafkaClients kafka, InstantSource clock) {
    this.hub = hub;
    this.history = new EventHistory(kafka);
    this.clock = clock;
  }

  @Override
  public List<Route> routes() {
    return List.of(read("/events", EVENTS_READ, "system.events", this::events));
  }

  private Answer events(Call call) {
    EventFilter filter = new EventFilter(Filters.of(call.query(), EventFilter.KNOWN));
    @Nullable Instant since = call.query().text("since").map(Times::parse).orElse(null);
    @Nullable Instant until = call.query().text("until").map(Times::parse).orElse(null);
    long from = since == null ? Long.MIN_VALUE : Times.nanos(since);
    long to = until == null ? Long.MAX_VALUE : Times.nanos(until);
    String team = call.caller().team().value();
    Predicate<Seen> wanted =
        seen ->
            seen.team().equals(team)
                && seen.event().timeNano() >= from
                && seen.event().timeNano() <= to
                && filter.test(seen.event());
    EventFeed.Inbox inbox = new EventFeed.Inbox(hub, wanted);
    try {
      return new Answer.Live(
          "application/json",
          new EventFeed(inbox, since == null ? null : history.since(since, wanted), until, clock));
    } catch (RuntimeException e) {
      inbox.close();
      throw e;
    }
  }
}
