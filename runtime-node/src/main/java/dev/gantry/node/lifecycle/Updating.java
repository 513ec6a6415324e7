package dev.gantry.node.lifecycle;

import dev.gantry.engine.HostConfig;
import dev.gantry.node.container.Admitted;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.ContainerSpec;
import dev.gantry.node.container.State;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.List;

/**
 * {@code docker update}. The kernel is asked first, since it may refuse; what a crash leaves in
 * between is put back to the record when the run is taken over.
 */
final class Updating {
  private final Context context;
  private final ContainerSpec specs;

  Updating(Context context, ContainerSpec specs) {
    this.context = context;
    this.specs = specs;
  }

  /** The warnings. */
  List<String> update(ContainerCell cell, HostConfig asked) {
    return cell.exclusively(
        () -> {
          ContainerRecord record = cell.record();
          if (record.state() instanceof State.Removing || record.state() instanceof State.Dead) {
            throw new ServiceException(
                ErrorCode.CONFLICT,
                "Cannot update container %s: container is marked for removal and cannot be \"update\""
                    .formatted(cell.id()));
          }
          Admitted admitted = specs.update(record.id(), record.spec().host(), asked);
          ContainerRecord next =
              record.updated(admitted.host(), List.of(context.fact(record, "update")));
          if (record.state().life() != null) {
            limit(record, next);
          }
          context.faults().pass("update.beforeRecord");
          cell.write(next);
          return admitted.warnings();
        });
  }

  private void limit(ContainerRecord before, ContainerRecord next) throws IOException {
    try {
      context.processes().limit(next);
    } catch (IOException e) {
      try {
        context.processes().limit(before);
      } catch (IOException undo) {
        e.addSuppressed(undo);
      }
      throw new ServiceException(
          ErrorCode.INTERNAL, "Cannot update container " + before.id() + ": " + e.getMessage(), e);
    }
  }
}
