package dev.gantry.node.attach;

import dev.gantry.node.container.ContainerCell;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** The samples of all containers of which anybody wanted one; they go with their container. */
public final class StatsFeeds {
  private final Map<ContainerCell, StatsFeed> feeds =
      Collections.synchronizedMap(new WeakHashMap<>());
  private final StatsSource source;

  public StatsFeeds(StatsSource source) {
    this.source = source;
  }

  StatsFeed of(ContainerCell cell) {
    return feeds.computeIfAbsent(cell, _ -> new StatsFeed(source));
  }
}
