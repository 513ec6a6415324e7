package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.UnpackRoot;
import dev.gantry.node.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The container's file system. */
final class SnapshotHook implements Hook {
  private static final String MARK = ".dockerenv";

  /** Where runtimes make files by their paths: runc follows a link there out of the root. */
  private static final List<String> OF_THE_RUNTIME = List.of("dev", "proc", "sys");

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
    try (UnpackRoot inside = new UnpackRoot(root)) {
      requireFolders(inside);
      markAsContainer(inside);
    }
    assembly.root(root);
  }

  private static void requireFolders(UnpackRoot inside) throws IOException {
    for (String name : OF_THE_RUNTIME) {
      FileStatus there = inside.status(name);
      if (there != null && !there.isFolder()) {
        throw new OciFailure("/" + name + " of the container is not a directory");
      }
    }
  }

  /** The file by which programs tell that they are in a container, as the engine makes it. */
  private static void markAsContainer(UnpackRoot inside) throws IOException {
    if (inside.status(MARK) == null) {
      inside.emptyFile(MARK, 0755);
    }
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    snapshots.unmount(record.id());
  }
}
