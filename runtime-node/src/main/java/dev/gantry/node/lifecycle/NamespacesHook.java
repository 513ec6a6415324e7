package dev.gantry.node.lifecycle;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.HostConfig;
import dev.gantry.node.bundle.BundleMount;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.kernel.SharedMemory;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which namespaces are new, the host's or another container's. Those of another container are held
 * open until the new one runs, so that what the runtime joins is what was meant. Shared memory that
 * others may join is a file system of its own, as the one in the container's own mount namespace
 * can't be bound elsewhere.
 */
final class NamespacesHook implements Hook {
  private static final String SHM = "/dev/shm";

  private final NodeFiles files;
  private final Donors donors;

  NamespacesHook(NodeFiles files, Donors donors) {
    this.files = files;
    this.donors = donors;
  }

  @Override
  public String name() {
    return "namespaces";
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    HostConfig host = record.spec().host();
    Map<String, String> namespaces = new HashMap<>();
    add(namespaces, "pid", host.pidMode(), join(assembly, "pid", host.pidMode()));
    add(namespaces, "ipc", host.ipcMode(), join(assembly, "ipc", host.ipcMode()));
    String network = join(assembly, "net", host.networkMode());
    if (network != null) {
      namespaces.put("network", network);
    }
    add(namespaces, "uts", host.utsMode(), null);
    add(namespaces, "cgroup", host.cgroupnsMode(), null);
    assembly.namespaces(namespaces);
    shareMemory(assembly, host);
  }

  private static void add(
      Map<String, String> namespaces, String kind, @Nullable String mode, @Nullable String path) {
    if (!"host".equals(mode)) {
      namespaces.put(kind, path == null ? "" : path);
    }
  }

  /** A path to the namespace of the container that {@code mode} names, if it names one. */
  private @Nullable String join(Assembly assembly, String kind, @Nullable String mode)
      throws IOException {
    ContainerRecord donor = donors.of(assembly.record(), mode);
    if (donor == null) {
      return null;
    }
    if (kind.equals("ipc") && !isShareable(donor)) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "can't join IPC of container %s: non-shareable IPC (hint: use IpcMode:shareable for the"
                  .formatted(donor.id())
              + " donor container)");
    }
    State.Life life = donor.state().life();
    Optional<PidFd> process =
        life == null ? Optional.empty() : PidFd.open(life.pid(), life.pidStart());
    if (life == null || process.isEmpty()) {
      throw notRunning(kind, donor.id());
    }
    try (PidFd held = process.get()) {
      Fd namespace = held.namespace(kind).orElseThrow(() -> notRunning(kind, donor.id()));
      assembly.hold(namespace);
      return namespace.pathForOthers();
    }
  }

  private static ServiceException notRunning(String kind, ContainerId donor) {
    return new ServiceException(
        ErrorCode.CONFLICT,
        kind.equals("net")
            ? "cannot join network of a non running container: " + donor
            : "container " + donor + " is not running");
  }

  private static boolean isShareable(ContainerRecord donor) {
    return "shareable".equals(donor.spec().host().ipcMode());
  }

  private void shareMemory(Assembly assembly, HostConfig host) throws IOException {
    ContainerRecord record = assembly.record();
    ContainerRecord donor = donors.of(record, host.ipcMode());
    if (donor == null && !isShareable(record)) {
      return;
    }
    if (assembly.mounts().stream().anyMatch(mount -> mount.destination().equals(SHM))) {
      return;
    }
    Path memory = files.sharedMemory(donor == null ? record.id() : donor.id());
    if (donor == null) {
      SharedMemory.create(memory, Objects.requireNonNull(host.shmSize()));
    }
    List<BundleMount> mounts = new ArrayList<>(assembly.mounts());
    mounts.add(
        new BundleMount(
            "bind",
            memory.toString(),
            SHM,
            List.of("bind", "rprivate", "nosuid", "noexec", "nodev")));
    assembly.mounts(mounts);
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    SharedMemory.remove(files.sharedMemory(record.id()));
  }
}
