package dev.gantry.gateway.engine.container;

import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerSummary;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Filters;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.services.ServiceException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** {@code GET /containers/json}: one look at the read model. */
final class ContainerList {
  private static final Comparator<ContainerView> NEWEST_FIRST =
      Comparator.comparingLong(ContainerView::createdNanos)
          .reversed()
          .thenComparing(container -> container.id().value());

  private final Fleet fleet;
  private final Function<Caller, ImageClient> images;
  private final InstantSource clock;

  ContainerList(Fleet fleet, Function<Caller, ImageClient> images, InstantSource clock) {
    this.fleet = fleet;
    this.images = images;
    this.clock = clock;
  }

  Answer list(Call call) {
    int limit = call.query().number("limit").orElse(-1);
    ContainerFilter filter = filter(call, Filters.of(call.query(), ContainerFilter.KNOWN));
    boolean all = call.query().flag("all") || filter.impliesAll() || limit > 0;
    List<ContainerView> chosen =
        fleet.containers().of(call.caller().team()).stream()
            .filter(container -> all || container.running())
            .filter(filter)
            .sorted(NEWEST_FIRST)
            .limit(limit > 0 ? limit : Long.MAX_VALUE)
            .toList();
    boolean size = call.query().flag("size");
    Instant now = clock.instant();
    Map<String, List<String>> links = fleet.containers().linkNames(call.caller().team());
    return Answer.json(
        chosen.stream()
            .map(container -> summary(container, links, now))
            .map(summary -> size ? sized(call, summary) : summary)
            .toList());
  }

  ContainerFilter filter(Call call, Filters filters) {
    return new ContainerFilter(
        filters,
        reference -> fleet.containers().resolve(call.caller().team(), reference),
        ancestors(call.caller(), filters),
        fleet.containers().linkNames(call.caller().team()));
  }

  /** The ids of the images that are named; a name that is no image's matches nothing by id. */
  private Set<String> ancestors(Caller caller, Filters filters) {
    Set<String> ids = new HashSet<>();
    for (String name : filters.get("ancestor")) {
      try {
        ids.add(images.apply(caller).resolve(name).id().toString());
      } catch (ServiceException _) {
        // No such image, or nobody to ask: containers still match by the name they were given.
      }
    }
    return ids;
  }

  private ContainerSummary summary(
      ContainerView container, Map<String, List<String>> links, Instant now) {
    List<String> names = new ArrayList<>(List.of(container.name()));
    names.addAll(links.getOrDefault(container.id().value(), List.of()));
    String unreachable =
        fleet.unreachable(container)
            ? "Unreachable (" + container.snapshot().nodeName() + " is down)"
            : "";
    return Summaries.of(container, names, unreachable, now);
  }

  private ContainerSummary sized(Call call, ContainerSummary summary) {
    try {
      ContainerView container =
          fleet.containers().resolve(call.caller().team(), String.valueOf(summary.id()));
      ContainerInspect inspect =
          fleet.ask(container, call.caller(), node -> node.inspect(container.id(), true));
      return Summaries.withSize(summary, inspect.sizeRw(), inspect.sizeRootFs());
    } catch (ServiceException _) {
      return Summaries.withSize(summary, 0L, 0L);
    }
  }
}
