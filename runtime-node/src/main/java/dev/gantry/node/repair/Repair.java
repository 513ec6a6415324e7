package dev.gantry.node.repair;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.kernel.SharedMemory;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.lifecycle.Kernel;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.network.Sandboxes;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes kernel and record equal. At start nothing else goes on; later the same is done from time to
 * time, each container in its turn.
 */
public final class Repair {
  private static final Logger log = LoggerFactory.getLogger(Repair.class);

  private final Containers containers;
  private final Operations operations;
  private final Kernel kernel;
  private final NodeFiles files;

  public Repair(Containers containers, Operations operations, Kernel kernel, NodeFiles files) {
    this.containers = containers;
    this.operations = operations;
    this.kernel = kernel;
    this.files = files;
  }

  /**
   * Once, before anybody is served.
   *
   * @param publish tells the last word on a container again, in case it was not heard
   */
  public void start(Consumer<ContainerRecord> publish) throws IOException {
    List<ContainerCell> cells = containers.load();
    Map<ContainerId, Sandboxes.Running> running = new HashMap<>();
    for (ContainerCell cell : cells) {
      operations.repairs().volumes(cell);
      publish.accept(cell.record());
      if (cell.state().life() != null) {
        Operations.sandbox(cell.record()).ifPresent(sandbox -> running.put(cell.id(), sandbox));
      }
    }
    operations.repairs().idleVolumes();
    kernel.sandboxes().adopt(running.values());
    Trees.delete(files.execs());
    KernelView view = KernelView.take(kernel, files);
    // Before anything starts again, whose sockets are not among those of what runs.
    removeStrays();
    removeSockets(running.keySet());
    for (ContainerCell cell : cells) {
      try {
        restore(cell, view);
      } catch (IOException | ServiceException e) {
        log.error("container {} could not be repaired: {}", cell.id(), e.toString());
      }
    }
    log.info("{} containers, {} of them running", cells.size(), running.size());
  }

  /** Sockets of execs that an earlier process started: nobody knows their ids any more. */
  private void removeSockets(Set<ContainerId> running) throws IOException {
    if (!Files.isDirectory(files.sockets())) {
      return;
    }
    Set<String> used = new HashSet<>();
    running.forEach(id -> used.add(files.runFiles(id).shortName()));
    try (Stream<Path> sockets = Files.list(files.sockets())) {
      for (Path socket : (Iterable<Path>) sockets::iterator) {
        if (!used.contains(socket.getFileName().toString())) {
          Trees.delete(socket);
        }
      }
    }
  }

  private void restore(ContainerCell cell, KernelView view) throws IOException {
    Operations.Repairs repairs = operations.repairs();
    State state = cell.state();
    State.Life life = state.life();
    if (life != null) {
      // The watch answers at once where the run is over, with the code and time that conmon wrote.
      repairs.resume(cell);
      return;
    }
    if (view.hasAny(cell.id().value())) {
      repairs.undo(cell);
    }
    switch (state) {
      case State.Restarting waiting -> repairs.restart(cell, waiting);
      case State.Removing _, State.Dead _ -> repairs.finishRemoval(cell);
      default -> {
        repairs.track(cell);
        repairs.revive(cell);
      }
    }
  }

  /** Everything that is not as it should be is mended; what is in change meanwhile is left. */
  public void again() {
    try {
      if (kernel.sandboxes().repairRules()) {
        log.warn("the rules of the packet filter had been changed and were put back");
      }
      for (ContainerCell cell : containers.all()) {
        look(cell);
      }
      removeStrays();
    } catch (IOException | RuntimeException e) {
      log.warn("kernel and record could not be compared: {}", e.toString());
    }
  }

  private void look(ContainerCell cell) throws IOException {
    State.Life life = cell.state().life();
    if (life != null) {
      if (!isAlive(life.pid(), life.pidStart()) && !isAlive(life.conmonPid(), life.conmonStart())) {
        // Nobody may be watching any more; an end that is being handled is not handled twice.
        operations.repairs().resume(cell);
      }
      return;
    }
    if (cell.state() instanceof State.Restarting) {
      return;
    }
    if (KernelView.take(kernel, files).hasAny(cell.id().value())) {
      try {
        boolean unused =
            cell.exclusively(
                () -> {
                  boolean idle = cell.state().life() == null;
                  if (idle) {
                    operations.repairs().undo(cell);
                  }
                  return idle;
                });
      } catch (ServiceException e) {
        log.debug("container {} was not looked at: {}", cell.id(), e.detail());
      }
    }
  }

  /** What belongs to no record goes. A record is written before anything is made for it. */
  private void removeStrays() throws IOException {
    KernelView view = KernelView.take(kernel, files);
    for (String id : view.all()) {
      if (containers.find(new ContainerId(id)).isEmpty()) {
        log.warn("removing what is left of container {}, which no record knows", id);
        ContainerId container = new ContainerId(id);
        kernel.runtimes().delete(id);
        kernel.cgroups().remove(id);
        kernel.sandboxes().release(container, Map.of());
        kernel.snapshots().remove(container);
        SharedMemory.remove(files.sharedMemory(container));
        Trees.delete(files.run(container));
      }
    }
  }

  /** Whether a process of a run is there. */
  static boolean isAlive(int pid, long startTime) {
    return startTime >= 0 && PidFd.startTime(pid) == startTime;
  }
}
