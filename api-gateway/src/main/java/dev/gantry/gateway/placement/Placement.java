package dev.gantry.gateway.placement;

import dev.gantry.engine.NodeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Chooses a node for a new container: those that it may go to, and of these the one with most room.
 *
 * <p>Room is, in this order: that the new container's reservations fit at all; that the host itself
 * has memory left; the share of memory and processors that is not promised yet, to a twentieth; the
 * number of containers for each processor; the name, so that the same question gets the same
 * answer.
 */
public final class Placement {
  private static final double STEPS = 20;
  private static final int LOW_MEMORY_SHARE = 20;

  private Placement() {}

  /** What was decided. */
  public sealed interface Decision {
    record On(NodeId node, String name) implements Decision {}

    /** There is no node for it now, but there would be if these were up. */
    record Down(List<String> nodes) implements Decision {}

    /** No node ever fits. */
    record None(String why) implements Decision {}
  }

  public static Decision decide(Wish wish, Collection<Candidate> nodes) {
    List<Candidate> fitting =
        nodes.stream()
            .filter(node -> wish.pinned().isEmpty() || wish.pinned().contains(node.id()))
            .filter(node -> wish.runtime() == null || node.runtimes().contains(wish.runtime()))
            .filter(node -> must(wish).stream().allMatch(constraint -> constraint.holds(node)))
            .toList();
    if (fitting.isEmpty()) {
      return none(wish, nodes);
    }
    return fitting.stream()
        .filter(Candidate::up)
        .min(order(wish))
        .<Decision>map(node -> new Decision.On(node.id(), node.name()))
        .orElseGet(
            () -> new Decision.Down(fitting.stream().map(Candidate::name).sorted().toList()));
  }

  private static List<Constraint> must(Wish wish) {
    return wish.constraints().stream().filter(Predicate.not(Constraint::wish)).toList();
  }

  private static Decision none(Wish wish, Collection<Candidate> nodes) {
    if (nodes.isEmpty()) {
      return new Decision.Down(List.of());
    }
    Stream<String> runtime =
        wish.runtime() == null ? Stream.empty() : Stream.of("runtime==" + wish.runtime());
    String asked =
        Stream.concat(must(wish).stream().map(Constraint::text), runtime)
            .collect(Collectors.joining(", ", "[", "]"));
    return new Decision.None(
        wish.pinned().isEmpty()
            ? "no node satisfies the constraints " + asked
            : "no node that has the container's volumes satisfies the constraints " + asked);
  }

  private static Comparator<Candidate> order(Wish wish) {
    return Comparator.<Candidate>comparingLong(node -> -wishesHeld(wish, node))
        .thenComparing(node -> !fits(wish, node))
        .thenComparing(node -> node.availableMemory() < node.memory() / LOW_MEMORY_SHARE)
        .thenComparingLong(node -> promised(wish, node))
        .thenComparingDouble(node -> (double) node.containers() / Math.max(1, node.cpus()))
        .thenComparing(Candidate::name);
  }

  private static long wishesHeld(Wish wish, Candidate node) {
    return wish.constraints().stream()
        .filter(Constraint::wish)
        .filter(constraint -> constraint.holds(node))
        .count();
  }

  private static boolean fits(Wish wish, Candidate node) {
    return node.reservedMemory() + wish.memory() <= node.memory()
        && node.reservedNanoCpus() + wish.nanoCpus() <= node.cpus() * 1_000_000_000L;
  }

  private static long promised(Wish wish, Candidate node) {
    double memory = (double) (node.reservedMemory() + wish.memory()) / Math.max(1, node.memory());
    double cpus = (node.reservedNanoCpus() + wish.nanoCpus()) / (Math.max(1, node.cpus()) * 1e9);
    return Math.round(Math.max(memory, cpus) * STEPS);
  }
}
