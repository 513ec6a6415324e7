package dev.gantry.node.snapshot;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.kernel.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The file systems of containers: what a container changed lies above the layers of its image.
 * Nothing is on the disk before the first mount, so that a created container costs nothing.
 *
 * <pre>
 * snapshots/ID/upper   what the container changed
 * snapshots/ID/work    overlayfs's own
 * snapshots/scratch    an empty layer
 * </pre>
 */
public final class SnapshotStore {
  private final Path root;
  private final Path mounts;
  private final Layers layers;

  /**
   * @param mounts where the file systems are mounted, one folder a container; gone after a reboot
   */
  public SnapshotStore(Path root, Path mounts, Layers layers) throws IOException {
    this.root = root;
    this.mounts = mounts;
    this.layers = layers;
    Files.createDirectories(root);
    Files.createDirectories(mounts);
  }

  /** Where a container's file system is while it is mounted. */
  public Path mountPoint(ContainerId id) {
    return mounts.resolve(id.value());
  }

  /** Where a container's changes are. */
  public Path upper(ContainerId id) {
    return root.resolve(id.value()).resolve("upper");
  }

  /**
   * Mounts a container's file system; one that is mounted already is mounted anew.
   *
   * @param diffIds of the image's layers, lowest first
   */
  public Path mount(ContainerId id, List<Digest> diffIds) throws IOException {
    Path work = root.resolve(id.value()).resolve("work");
    Files.createDirectories(upper(id));
    Files.createDirectories(work);
    Path point = mountPoint(id);
    if (Files.exists(point)) {
      unmount(id);
    }
    Files.createDirectory(point);
    Mounts.overlay(lower(diffIds), upper(id), work, point);
    return point;
  }

  /**
   * A container's file system that is mounted nowhere, for one that does not run.
   *
   * @param writable not beside another writer: two mounts that write to one upper folder spoil it
   */
  public Fd detached(ContainerId id, List<Digest> diffIds, boolean writable) throws IOException {
    List<Path> lower = new ArrayList<>(lower(diffIds));
    if (writable) {
      Path work = root.resolve(id.value()).resolve("work");
      Files.createDirectories(upper(id));
      Files.createDirectories(work);
      return Mounts.detachedOverlay(lower, upper(id), work);
    }
    if (Files.isDirectory(upper(id))) {
      lower.addFirst(upper(id));
    }
    return Mounts.detachedOverlay(twoAtLeast(lower));
  }

  /** In the same way, what a container was made from. */
  public Fd detachedImage(List<Digest> diffIds) throws IOException {
    return Mounts.detachedOverlay(twoAtLeast(new ArrayList<>(lower(diffIds))));
  }

  /** Mounts an image, which nobody can write to, on a folder. */
  public void mountImage(List<Digest> diffIds, Path point) throws IOException {
    Mounts.overlay(twoAtLeast(new ArrayList<>(lower(diffIds))), point);
  }

  /** As an overlay that nobody writes to has to have. */
  private List<Path> twoAtLeast(List<Path> lower) throws IOException {
    if (lower.size() == 1) {
      lower.add(Files.createDirectories(root.resolve("scratch")));
    }
    return lower;
  }

  private List<Path> lower(List<Digest> diffIds) throws IOException {
    return diffIds.isEmpty()
        ? List.of(Files.createDirectories(root.resolve("scratch")))
        : diffIds.reversed().stream().map(layers::folder).toList();
  }

  /** Unmounts; what is not mounted is well. Changes stay. */
  public void unmount(ContainerId id) throws IOException {
    Mounts.unmount(mountPoint(id));
    Files.deleteIfExists(mountPoint(id));
  }

  /** Unmounts and takes away what the container changed; may be called again. */
  public void remove(ContainerId id) throws IOException {
    unmount(id);
    Path folder = root.resolve(id.value());
    Trees.delete(folder);
  }

  /** Bytes that the container changed or added. */
  public long usage(ContainerId id) throws IOException {
    if (!Files.exists(upper(id))) {
      return 0;
    }
    return Trees.size(upper(id));
  }

  /** What inspect tells: the folders that the storage driver overlay2 would name. */
  public Map<String, String> describe(ContainerId id, List<Digest> diffIds) {
    Map<String, String> data = new HashMap<>();
    data.put(
        "LowerDir",
        String.join(
            ":",
            diffIds.reversed().stream().map(diffId -> layers.folder(diffId).toString()).toList()));
    data.put("UpperDir", upper(id).toString());
    data.put("WorkDir", root.resolve(id.value()).resolve("work").toString());
    data.put("MergedDir", mountPoint(id).toString());
    return data;
  }

  /** Containers that have changes on the disk. */
  public List<String> ids() throws IOException {
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .map(path -> path.getFileName().toString())
          .filter(name -> name.length() == 64)
          .toList();
    }
  }

  /** Containers whose file system is mounted, as the kernel has it. */
  public List<String> mounted() throws IOException {
    return Mounts.below(mounts).stream()
        .map(path -> path.getFileName().toString())
        .distinct()
        .toList();
  }
}
