package dev.gantry.gateway.engine.container;

import dev.gantry.engine.ContainerInspect;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.engine.events.PruneEvents;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.services.ServiceException;
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
  private final PruneEvents events;
  private final InstantSource clock;

  ContainerPruning(
      Fleet fleet, ContainerCommands commands, PruneEvents events, InstantSource clock) {
    this.fleet = fleet;
    this.commands = commands;
    this.events = events;
    this.clock = clock;
  }

  Answer prune(Call call) {
    Filters filters = Filters.of(call.query(), KNOWN);
    Instant until = filters.until(clock.instant());
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
    events.tell(call.caller().team(), PruneEvents.Noun.CONTAINER, reclaimed);
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
}
