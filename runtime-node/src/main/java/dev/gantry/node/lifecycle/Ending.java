package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.State;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows when a container's process has ended: first the exit is recorded, then what it had
 * is taken down, then its policy decides whether it is started again, removed or left.
 */
final class Ending {
  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  private final Context context;

  /** Containers that a restart by the user is ending: neither policy nor AutoRemove acts. */
  private final Set<ContainerCell> heldBack = ConcurrentHashMap.newKeySet();

  private BiConsumer<ContainerCell, State.Restarting> restarter = (_, _) -> {};
  private Consumer<ContainerCell> remover = _ -> {};

  Ending(Context context) {
    this.context = context;
  }

  void connect(
      BiConsumer<ContainerCell, State.Restarting> restarts, Consumer<ContainerCell> removes) {
    this.restarter = restarts;
    this.remover = removes;
  }

  /** While held, an end is only recorded. */
  void holdBack(ContainerCell cell, boolean held) {
    if (held) {
      heldBack.add(cell);
    } else {
      heldBack.remove(cell);
    }
  }

  /** Waits for the end of the present run on a thread of its own. */
  void watch(ContainerCell cell, ContainerRecord record) {
    State.Life life = record.state().life();
    if (life == null) {
      return;
    }
    Thread.ofVirtual()
        .name("exit-" + cell.id().shortForm())
        .start(
            () -> {
              try {
                Processes.Exit exit = context.processes().awaitExit(record, life);
                ended(cell, life, exit);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } catch (ServiceException | IOException e) {
                log.error("the end of container {} was not handled: {}", cell.id(), e.toString());
              }
            });
  }

  /** Records an end and does what follows. */
  void ended(ContainerCell cell, State.Life life, Processes.Exit exit) {
    boolean remove =
        cell.insist(
            () -> {
              if (!life.equals(cell.state().life())) {
                return false;
              }
              return record(cell, life, exit);
            });
    if (remove) {
      remover.accept(cell);
    }
  }

  /** True where the container shall be removed now. */
  private boolean record(ContainerCell cell, State.Life life, Processes.Exit exit)
      throws IOException {
    ContainerRecord before = cell.record();
    boolean held = heldBack.contains(cell);
    State next =
        before.state().after(new State.Input.Ended(exit.code(), exit.oomKilled(), exit.at()));
    if (next == null) {
      throw new IllegalStateException("a " + before.state().status() + " container has ended");
    }
    ContainerRecord.Run run = before.run();
    State.Restarting waiting =
        held
            ? null
            : RestartRule.of(before.spec().host().restartPolicy())
                .afterEnd(run, life, exit)
                .orElse(null);
    if (waiting != null) {
      next = waiting;
    }
    List<Fact> facts = new ArrayList<>();
    if (exit.oomKilled()) {
      facts.add(context.fact(before, "oom"));
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("exitCode", Integer.toString(exit.code()));
    attributes.put(
        "execDuration", Long.toString(Duration.between(life.startedAt(), exit.at()).toSeconds()));
    facts.add(context.fact(before, "die", attributes));
    ContainerRecord.Run over = run.in(next).over();
    context.faults().pass("exit.beforeRecord");
    cell.write(before.next(waiting == null ? over : over.again(), facts));
    context.faults().pass("exit.afterRecord");
    context.shipper().ended(cell.id());
    takeDown(before);
    released(cell, before);
    // Who waited may take at once what the container had: its ports, its addresses.
    cell.runEnded();
    if (waiting != null) {
      restarter.accept(cell, waiting);
    }
    return waiting == null && !held && before.isAutoRemove();
  }

  private void takeDown(ContainerRecord record) {
    try {
      context.hooks().down(record);
    } catch (IOException e) {
      // Told by the hooks; the next comparison of kernel and record takes the rest down.
      log.warn("container {} was not taken down wholly: {}", record.id(), e.getMessage());
    }
  }

  /** Tells what the container had and has no more. */
  private void released(ContainerCell cell, ContainerRecord record) {
    long now = Context.nanos(context.clock().instant());
    for (Fact fact : Endpoints.facts(record, "disconnect", now)) {
      cell.tell(fact);
    }
    for (Fact fact : Endpoints.volumeFacts(record, "unmount", now)) {
      cell.tell(fact);
    }
  }

  /** Removes the container on another thread, when its cell is free. */
  void removeLater(ContainerCell cell) {
    Thread.ofVirtual().name("remove-" + cell.id().shortForm()).start(() -> remover.accept(cell));
  }
}
