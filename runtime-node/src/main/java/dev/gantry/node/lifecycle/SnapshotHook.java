package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.snapshot.SnapshotStore;
import java.io.IOException;

/** The container's file system. */
final class SnapshotHook implements Hook {
  private final SnapshotStore snapshots;

  SnapshotHook(SnapshotStore snapshots) {
    this.snapshots = snapshots;
  }

  @Override
  public String name() {
    return "snapshot";
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    assembly.root(snapshots.mount(record.id(), record.spec().image().diffIds()));
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    snapshots.unmount(record.id());
  }
}
