package dev.gantry.gateway.engine.container;

import dev.gantry.engine.ContainerInspect;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.call.Times;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.services.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code POST /containers/prune}: removes what has ended, by label and age. */
final class ContainerPruning {
  private static final Set<String> KNOWN = Set.of("until", "label", "label!");
  private static final Set<String> ENDED = Set.of("created", "exited", "dead");

  private final Fleet fleet;
  private final ContainerCommands commands;
  private final InstantSource clock;

  ContainerPruning(Fleet fleet, ContainerCommands commands, InstantSource clock) {
    this.fleet = fleet;
    this.commands = commands;
    this.clock = clock;
  }

  Answer prune(Call call) {
    Filters filters = Filters.of(call.query(), KNOWN);
    Instant until =
        filters.get("until").stream()
            .findFirst()
            .map(text -> until(text, clock.instant()))
            .orElse(Instant.MAX);
    List<String> deleted = new ArrayList<>();
    long reclaimed = 0;
    for (ContainerView container : List.copyOf(fleet.containers().of(call.caller().team()))) {
      boolean chosen =
          ENDED.contains(container.status())
              && container.created().isBefore(until)
              && filters.labels(container.labels())
              && !filters.anyLabel("label!", container.labels());
      if (chosen) {
        reclaimed += remove(container, call, deleted);
      }
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("ContainersDeleted", deleted.isEmpty() ? null : deleted);
    report.put("SpaceReclaimed", reclaimed);
    return Answer.json(report);
  }

  private long remove(ContainerView container, Call call, List<String> deleted) {
    try {
      ContainerInspect inspect =
          fleet.ask(container, call.caller(), node -> node.inspect(container.id(), true));
      commands.remove(container, call, false, false);
      deleted.add(container.id().value());
      return inspect.sizeRw() == null ? 0 : inspect.sizeRw();
    } catch (ServiceException _) {
      // Gone already, running again, or out of reach: then it is not pruned.
      return 0;
    }
  }

  /** A time, or how long ago it was, as {@code 24h} or {@code 10m30s}. */
  static Instant until(String text, Instant now) {
    return text.matches("(\\d+(\\.\\d+)?(ns|us|ms|s|m|h))+")
        ? now.minus(GoDuration.parse(text))
        : Times.parse(text);
  }

  /** Durations in Go's notation. */
  static final class GoDuration {
    private GoDuration() {}

    static Duration parse(String text) {
      Duration sum = Duration.ZERO;
      var parts =
          java.util.regex.Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)").matcher(text);
      while (parts.find()) {
        double nanos =
            Double.parseDouble(parts.group(1))
                * switch (parts.group(2)) {
                  case "ns" -> 1;
                  case "us" -> 1e3;
                  case "ms" -> 1e6;
                  case "s" -> 1e9;
                  case "m" -> 60e9;
                  default -> 3600e9;
                };
        sum = sum.plusNanos((long) nanos);
      }
      return sum;
    }
  }
}
