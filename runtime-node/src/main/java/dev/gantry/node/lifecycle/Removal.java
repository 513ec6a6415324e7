package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.volume.MountEntry;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes containers. Once the record says so it only goes forward: what a crash interrupts is
 * finished at the next start.
 */
final class Removal {
  private static final Logger log = LoggerFactory.getLogger(Removal.class);

  private final Context context;
  private final Stopping stopping;
  private final SnapshotStore snapshots;

  Removal(Context context, Stopping stopping, SnapshotStore snapshots) {
    this.context = context;
    this.stopping = stopping;
    this.snapshots = snapshots;
  }

  /** {@code docker rm}. */
  void remove(ContainerCell cell, boolean volumes, boolean force) {
    if (force) {
      end(cell);
    }
    take(cell, volumes);
  }

  /** A container that asked to be removed when it ends; its anonymous volumes go with it. */
  void autoRemove(ContainerCell cell) {
    try {
      boolean _ =
          cell.insist(
              () -> {
                takeHeld(cell, true);
                return true;
              });
    } catch (ServiceException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        log.warn("container {} was not removed: {}", cell.id(), e.detail());
      }
    }
  }

  private void end(ContainerCell cell) {
    try {
      stopping.kill(cell, "KILL");
    } catch (ServiceException e) {
      if (e.code() != ErrorCode.CONFLICT) {
        throw e;
      }
      // It does not run.
    }
  }

  private void take(ContainerCell cell, boolean volumes) {
    boolean _ =
        cell.exclusively(
            () -> {
              takeHeld(cell, volumes);
              return true;
            });
  }

  private void takeHeld(ContainerCell cell, boolean volumes) throws IOException {
    refuse(cell.record());
    cell.apply(new State.Input.Removal(), List.of());
    context.faults().pass("remove.afterRecord");
    finish(cell, volumes);
  }

  private static void refuse(ContainerRecord record) {
    String name = record.identity().name();
    String reason =
        switch (record.state()) {
          case State.Running _ ->
              "container is running: stop the container before removing or force remove";
          case State.Paused _ ->
              "container is paused and must be unpaused first: unpause the container before"
                  + " removing or force remove";
          case State.Restarting _ ->
              "container is restarting: stop the container before removing or force remove";
          default -> "";
        };
    if (!reason.isEmpty()) {
      throw new ServiceException(
          ErrorCode.CONFLICT, "cannot remove container \"/" + name + "\": " + reason);
    }
  }

  /** Takes away all that is left of it; may be called again. Only while holding the cell. */
  void finish(ContainerCell cell, boolean volumes) throws IOException {
    ContainerRecord record = cell.record();
    try {
      context.hooks().down(record);
      context.faults().pass("remove.afterHooks");
      snapshots.remove(record.id());
      context.faults().pass("remove.afterSnapshot");
      if (record.isLogged()) {
        context
            .shipper()
            .handOver(
                record.id(),
                record.team(),
                context.files().output(record.id()),
                context.files().shipped(record.id()));
      }
      context.faults().pass("remove.afterLog");
      for (MountEntry mount : record.spec().mounts()) {
        if (mount.kind() == MountEntry.Kind.VOLUME && mount.volume() != null) {
          context
              .volumes()
              .release(record.team(), mount.volume(), record.id(), volumes && mount.anonymous());
        }
      }
      context.faults().pass("remove.beforeDelete");
    } catch (IOException | ServiceException e) {
      cell.apply(new State.Input.RemovalFailed(String.valueOf(e.getMessage())), List.of());
      throw new ServiceException(
          ErrorCode.INTERNAL,
          "cannot remove container \"/%s\": %s".formatted(record.identity().name(), e.getMessage()),
          e);
    }
    context.containers().delete(cell, List.of(context.fact(record, "destroy")));
  }
}
