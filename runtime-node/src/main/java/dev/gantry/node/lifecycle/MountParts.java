package dev.gantry.node.lifecycle;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.kernel.RootedPaths;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.volume.MountedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is mounted for one container before the OCI runtime mounts it into the container: images,
 * and parts of volumes and images. What is in them is hostile and may change at any moment: the
 * kernel walks the subpath inside, and what it found is bound to a place that only the node writes,
 * for the OCI runtime to take it from there.
 */
final class MountParts {
  private final NodeFiles files;
  private final SnapshotStore snapshots;

  MountParts(NodeFiles files, SnapshotStore snapshots) {
    this.files = files;
    this.snapshots = snapshots;
  }

  /** Mounts an image, and answers where. */
  Path image(ContainerId id, int number, MountedImage image) throws IOException {
    Path folder = Files.createDirectories(files.parts().resolve(id.value()));
    Path point = Files.createDirectory(folder.resolve(number + ".image"));
    snapshots.mountImage(image.diffIds(), point);
    return point;
  }

  /** Binds the part of {@code volume}, and answers where. */
  Path bind(ContainerId id, int number, Path volume, String subpath) throws IOException {
    Path folder = Files.createDirectories(files.parts().resolve(id.value()));
    Path point = folder.resolve(Integer.toString(number));
    try (RootedPaths root = RootedPaths.in(volume);
        Fd part = locate(root, volume, subpath)) {
      if (Files.isDirectory(Path.of(part.path()))) {
        Files.createDirectory(point);
      } else {
        Files.createFile(point);
      }
      Mounts.bind(part.path(), point);
      return point;
    }
  }

  private static Fd locate(RootedPaths root, Path volume, String subpath) throws IOException {
    try {
      return root.locate(subpath);
    } catch (KernelException e) {
      throw new IOException(
          "cannot access path %s: %s".formatted(volume.resolve(subpath), e.reason()), e);
    }
  }

  /** Lets go of all parts that a container has; what is in them stays. */
  void release(ContainerId id) throws IOException {
    Path folder = files.parts().resolve(id.value());
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> points = Files.list(folder)) {
      for (Path point : List.copyOf(points.toList())) {
        Mounts.unmount(point);
        // Fails where something is still mounted, and so never reaches into a volume.
        Files.delete(point);
      }
    }
    Files.delete(folder);
  }
}
