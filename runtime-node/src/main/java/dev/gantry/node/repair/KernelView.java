package dev.gantry.node.repair;

import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.lifecycle.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What kernel and file system have of this node's containers, by kind: ids of containers.
 *
 * @param kinds mount, network namespace, control group, runtime state, folder of a run, shared
 *     memory, parts of volumes
 * @param snapshots containers with changes on the disk
 */
record KernelView(Map<String, Set<String>> kinds, Set<String> snapshots) {
  static final String MOUNT = "mount";
  static final String NAMESPACE = "network namespace";
  static final String CGROUP = "control group";
  static final String RUNTIME = "runtime state";
  static final String FOLDER = "folder of a run";
  static final String MEMORY = "shared memory";
  static final String PARTS = "part of a volume mounted";

  static KernelView take(Kernel kernel, NodeFiles files) throws IOException {
    Map<String, Set<String>> kinds = new TreeMap<>();
    kinds.put(MOUNT, ids(kernel.snapshots().mounted()));
    kinds.put(NAMESPACE, ids(kernel.sandboxes().namespaceIds()));
    kinds.put(CGROUP, ids(kernel.cgroups().containers()));
    kinds.put(RUNTIME, ids(list(kernel.runtimes().state())));
    kinds.put(FOLDER, ids(list(files.runs())));
    kinds.put(MEMORY, ids(list(files.sharedMemories())));
    kinds.put(PARTS, ids(list(files.parts())));
    return new KernelView(kinds, ids(kernel.snapshots().ids()));
  }

  /** Whether there is anything of a run of this container. */
  boolean hasAny(String id) {
    return kinds.values().stream().anyMatch(ids -> ids.contains(id));
  }

  boolean has(String kind, String id) {
    return kinds.getOrDefault(kind, Set.of()).contains(id);
  }

  /** Every id that there is anything of. */
  Set<String> all() {
    Set<String> all = new TreeSet<>(snapshots);
    kinds.values().forEach(all::addAll);
    return all;
  }

  private static Set<String> ids(List<String> names) {
    Set<String> ids = new HashSet<>();
    for (String name : names) {
      if (name.length() == 64) {
        ids.add(name);
      }
    }
    return ids;
  }

  private static List<String> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
