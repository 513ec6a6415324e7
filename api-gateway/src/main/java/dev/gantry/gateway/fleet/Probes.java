package dev.gantry.gateway.fleet;

import dev.gantry.engine.NodeId;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.InternalHttp;
import dev.gantry.gateway.services.Reply;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each node every second whether it lives, and one that is down more often, as somebody may be
 * waiting for it. One answer makes it up; silence for {@value #FAILURES} probes in a row makes it
 * down. While a node answers but nothing comes from it through the broker, its containers are asked
 * for directly.
 */
public final class Probes implements AutoCloseable {
  static final int FAILURES = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
  private static final Duration EVERY = Duration.ofMillis(250);
  private static final int ROUNDS_BETWEEN_PROBES_OF_THE_LIVING = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration SILENCE = Duration.ofSeconds(8);

  private final Fleet fleet;
  private final InternalHttp http;
  private final InstantSource clock;
  private final Map<NodeId, Integer> failures = new ConcurrentHashMap<>();
  private final Set<NodeId> busy = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  public Probes(Fleet fleet, InternalHttp http, InstantSource clock) {
    this.fleet = fleet;
    this.http = http;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("probes").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      for (int round = 0; !Thread.currentThread().isInterrupted(); round++) {
        boolean everyOne = round % ROUNDS_BETWEEN_PROBES_OF_THE_LIVING == 0;
        probe(everyOne ? _ -> true : node -> node.liveness() == NodeView.Liveness.DOWN);
        if (everyOne) {
          http.sweep();
        }
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Probes those nodes that no earlier probe is still waiting for. */
  private void probe(Predicate<NodeView> which) {
    for (NodeView node : fleet.nodes().all()) {
      if (which.test(node) && busy.add(node.id())) {
        Thread.ofVirtual().name("probe-" + node.name()).start(() -> probe(node));
      }
    }
  }

  /** Probes the first time a node is heard of, so that nothing waits for the next second. */
  public void soon(NodeId id) {
    fleet
        .nodes()
        .get(id)
        .filter(node -> node.liveness() == NodeView.Liveness.UNKNOWN && busy.add(id))
        .ifPresent(
            node -> Thread.ofVirtual().name("probe-" + node.name()).start(() -> probe(node)));
  }

  private void probe(NodeView node) {
    try {
      boolean alive = answers(node);
      int failed = alive ? 0 : failures.merge(node.id(), 1, Integer::sum);
      if (alive) {
        failures.remove(node.id());
        boolean news = fleet.nodes().found(node.id(), NodeView.Liveness.UP);
        if (news) {
          LOG.info("node {} is up", node.name());
          http.warm(node.peer().origin());
        }
        if (news || silent(node)) {
          reconcile(node);
        }
      } else if (failed >= FAILURES && fleet.nodes().found(node.id(), NodeView.Liveness.DOWN)) {
        LOG.warn("node {} is down", node.name());
      }
    } finally {
      busy.remove(node.id());
    }
  }

  private boolean silent(NodeView node) {
    return fleet
        .nodes()
        .get(node.id())
        .map(now -> now.heardAt().plus(SILENCE).isBefore(clock.instant()))
        .orElse(false);
  }

  private void reconcile(NodeView node) {
    try {
      fleet.reconcile(node);
    } catch (ServiceException e) {
      LOG.info("cannot compare the containers of node {}: {}", node.name(), e.detail());
    }
  }

  private boolean answers(NodeView node) {
    Ask ask = Ask.of("probe", "GET", "/actuator/health/liveness").within(PATIENCE);
    try (Reply reply = http.send(node.peer().origin(), ask)) {
      return reply.status() < 500;
    } catch (IOException e) {
      LOG.debug("node {} does not answer: {}", node.name(), e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
