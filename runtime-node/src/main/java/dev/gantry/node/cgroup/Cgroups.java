package dev.gantry.node.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The control groups of this node's containers, below one parent in every hierarchy. The OCI
 * runtime makes them; here they are read, held still and removed.
 */
public sealed interface Cgroups permits CgroupsV1, CgroupsV2 {

  /**
   * @param parent below the root of the hierarchies, for example {@code gantry/0123456789abcdef}
   */
  static Cgroups find(String parent) throws IOException {
    Path root = Path.of("/sys/fs/cgroup");
    String own = Files.readString(Path.of("/proc/self/cgroup"));
    return Files.exists(root.resolve("cgroup.controllers"))
        ? new CgroupsV2(root, parent, ExpectedMove.in(root, "", own))
        : new CgroupsV1(root, parent, ExpectedMove.in(root.resolve("pids"), "pids", own));
  }

  /** {@code 1} or {@code 2}, as {@code docker info} tells it. */
  String version();

  /** The path of a container's group below every hierarchy, as a bundle names it. */
  String path(String container);

  /**
   * A process will be moved into a group in some milliseconds: what the kernel makes the first move
   * after a rest wait for begins now. Returns at once.
   */
  void expectMove();

  /** What a container uses now; zeros where its group is gone. */
  Usage usage(String container) throws IOException;

  /** Processes in the group and below, as this host numbers them. */
  Set<Integer> pids(String container) throws IOException;

  /** Holds every process of the container still; returns when all are. */
  void freeze(String container) throws IOException;

  void thaw(String container) throws IOException;

  /**
   * Makes the limits of the group these; a group that is gone is well.
   *
   * @throws IOException where the kernel refuses; the message names file and value
   */
  void limit(String container, Limits limits) throws IOException;

  /** How often the kernel killed a process of the container for memory. */
  long oomKills(String container) throws IOException;

  /** Removes the group where nothing is in it any more; absent is well. */
  void remove(String container) throws IOException;

  /** Containers that have a group, as the kernel has it. */
  List<String> containers() throws IOException;

  /** Removes the node's own parent groups where they are empty. */
  void removeParent() throws IOException;
}
