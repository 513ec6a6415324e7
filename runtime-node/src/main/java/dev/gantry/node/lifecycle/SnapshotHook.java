package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.kernel.UnpackRoot;
import dev.gantry.node.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;

/** The container's file system. */
final class SnapshotHook implements Hook {
  private static final String MARK = ".dockerenv";

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
    Path root = snapshots.mount(record.id(), record.spec().image().diffIds());
    markAsContainer(root);
    assembly.root(root);
  }

  /** The file by which programs tell that they are in a container, as the engine makes it. */
  private static void markAsContainer(Path root) throws IOException {
    try (UnpackRoot inside = new UnpackRoot(root)) {
      if (inside.status(MARK) == null) {
        inside.emptyFile(MARK, 0755);
      }
    }
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    snapshots.unmount(record.id());
  }
}
