package dev.gantry.node.journal;

import dev.gantry.events.NodeState;
import dev.gantry.node.cgroup.HostMemory;
import dev.gantry.node.config.HostFacts;
import dev.gantry.node.config.NodeIdentity;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Says every two seconds that the node is there, and what it carries. */
public final class Heartbeat {
  private final NodeIdentity node;
  private final NodeState.Host host;
  private final Containers containers;
  private final NodeJournal journal;
  private final InstantSource clock;

  public Heartbeat(
      NodeIdentity node,
      NodeState.Host host,
      Containers containers,
      NodeJournal journal,
      InstantSource clock) {
    this.node = node;
    this.host = host;
    this.containers = containers;
    this.journal = journal;
    this.clock = clock;
  }

  public void beat() {
    journal.node(state());
  }

  /** The last word on this node. */
  public NodeState state() {
    try {
      return new NodeState(
          node.id(),
          node.name(),
          node.uri(),
          node.labels(),
          node.cpus(),
          node.memory(),
          load(),
          host,
          HostFacts.prefixes(node.id()),
          node.startedAt(),
          clock.instant());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private NodeState.Load load() throws IOException {
    int all = 0;
    int running = 0;
    int paused = 0;
    long memory = 0;
    long nanoCpus = 0;
    for (ContainerCell cell : containers.all()) {
      all++;
      if (cell.state() instanceof State.Paused) {
        paused++;
      } else if (cell.state().life() != null) {
        running++;
      }
      if (cell.state().life() != null) {
        var asked = cell.record().spec().host();
        memory += Math.max(number(asked.memory()), number(asked.memoryReservation()));
        nanoCpus += number(asked.nanoCpus());
      }
    }
    return new NodeState.Load(
        all,
        running,
        paused,
        all - running - paused,
        memory,
        nanoCpus,
        HostMemory.available(),
        HostFacts.load1());
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
