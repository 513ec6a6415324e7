package dev.gantry.node.files;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.Errno;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.MountNamespace;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.kernel.RootedPaths;
import dev.gantry.node.kernel.UnpackRoot;
import dev.gantry.node.snapshot.SnapshotStore;
import dev.gantry.node.volume.CopyUp;
import dev.gantry.node.volume.MountEntry;
import dev.gantry.node.volume.Volumes;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The file system of a container as its processes see it, put together in a mount namespace that
 * nobody else is in: its snapshot, and above it what it has mounted. Of a running container that
 * are its own mounts, of another the folders of its volumes and binds.
 */
final class Views {
  /** What the node writes and mounts into every container. */
  private static final List<String> OWN =
      List.of("/etc/hosts", "/etc/hostname", "/etc/resolv.conf");

  private final SnapshotStore snapshots;
  private final Volumes volumes;
  private final RandomGenerator random;

  Views(SnapshotStore snapshots, Volumes volumes, RandomGenerator random) {
    this.snapshots = snapshots;
    this.volumes = volumes;
    this.random = random;
  }

  /** To read from. */
  MountNamespace forReading(ContainerRecord record) throws IOException {
    return assemble(record, false);
  }

  /** To write to; a container that does not run has to be held meanwhile. */
  MountNamespace forWriting(ContainerRecord record) throws IOException {
    return assemble(record, true);
  }

  /** The snapshot alone. */
  MountNamespace ofSnapshot(ContainerRecord record) throws IOException {
    return MountNamespace.assemble(
        _ ->
            record.state().life() == null
                ? snapshots.mountAside(record.id(), diffIds(record), false)
                : snapshots.mountPoint(record.id()));
  }

  /** What the container was made from. */
  MountNamespace ofImage(ContainerRecord record) throws IOException {
    return MountNamespace.assemble(_ -> snapshots.mountImage(diffIds(record)));
  }

  private MountNamespace assemble(ContainerRecord record, boolean writable) throws IOException {
    State.Life life = record.state().life();
    if (life == null) {
      return stopped(record, writable);
    }
    Optional<PidFd> process = PidFd.open(life.pid(), life.pidStart());
    if (process.isEmpty()) {
      throw new ServiceException(
          ErrorCode.CONFLICT, "container " + record.id() + " has just ended");
    }
    try (PidFd alive = process.get()) {
      return MountNamespace.assemble(
          inside -> {
            Path root = snapshots.mountPoint(record.id());
            List<String> places = new ArrayList<>(writable ? List.of() : OWN);
            ordered(record).forEach(mount -> places.add(mount.destination()));
            inside.takeOver(alive, places, root);
            return root;
          });
    }
  }

  /**
   * Of a container that has never run: makes the places of its mounts, and fills its volumes, as
   * its first start would. The container has to be held.
   */
  void prepare(ContainerRecord record) throws IOException {
    try (MountNamespace _ =
        assembled(
            record,
            _ -> {
              Path root = snapshots.mountAside(record.id(), diffIds(record), true);
              for (MountEntry mount : ordered(record)) {
                if (mount.kind() == MountEntry.Kind.VOLUME && mount.copyUp()) {
                  Path data = volumes.data(record.team(), String.valueOf(mount.volume()));
                  CopyUp.into(data, root, mount.destination());
                }
                makePlace(root, mount.destination(), isFile(source(record, mount), mount));
              }
              return root;
            })) {
      // It was enough to put it together.
    }
  }

  private static void makePlace(Path root, String place, boolean file) throws IOException {
    try (UnpackRoot inside = new UnpackRoot(root)) {
      String path = place.substring(1);
      if (inside.status(path) != null) {
        return;
      }
      if (file) {
        inside.emptyFile(path, 0755);
      } else {
        inside.folder(path, 0755);
      }
    }
  }

  /** What volumes mount themselves is up when the namespace is made, and goes on in it alone. */
  private MountNamespace stopped(ContainerRecord record, boolean writable) throws IOException {
    return assembled(record, inside -> stopped(record, writable, inside));
  }

  private MountNamespace assembled(ContainerRecord record, MountNamespace.Assembly assembly)
      throws IOException {
    ContainerId visitor = ContainerId.random(random);
    List<MountEntry> up = new ArrayList<>();
    try {
      for (MountEntry mount : ordered(record)) {
        if (mount.kind() == MountEntry.Kind.VOLUME) {
          up.add(mount);
          Path unused = volumes.up(record.team(), String.valueOf(mount.volume()), visitor);
        }
      }
      return MountNamespace.assemble(assembly);
    } finally {
      for (MountEntry mount : up) {
        volumes.down(record.team(), String.valueOf(mount.volume()), visitor);
      }
    }
  }

  private Path stopped(ContainerRecord record, boolean writable, MountNamespace.Inside inside)
      throws IOException {
    Path root = snapshots.mountAside(record.id(), diffIds(record), writable);
    for (MountEntry mount : ordered(record)) {
      Path source = source(record, mount);
      if (source != null && Files.exists(source)) {
        inside.bind(source, subpath(mount), mount.destination(), mount.readOnly(), root);
      }
    }
    return root;
  }

  /** Where all of what a mount shows is; null where it shows nothing of the host. */
  private @Nullable Path source(ContainerRecord record, MountEntry mount) throws IOException {
    return switch (mount.kind()) {
      case VOLUME -> volumes.data(record.team(), String.valueOf(mount.volume()));
      case BIND -> Path.of(String.valueOf(mount.source()));
      case IMAGE ->
          mount.image() == null ? null : snapshots.mountImageAside(mount.image().diffIds());
      case TMPFS, SOCKET -> null;
    };
  }

  private static String subpath(MountEntry mount) {
    return mount.subpath() == null ? "" : mount.subpath();
  }

  private static boolean isFile(@Nullable Path source, MountEntry mount) throws IOException {
    if (mount.kind() == MountEntry.Kind.SOCKET) {
      return true;
    }
    if (source == null || subpath(mount).isEmpty()) {
      return source != null && Files.isRegularFile(source);
    }
    try (RootedPaths inside = RootedPaths.in(source);
        Fd part = inside.locate(subpath(mount))) {
      return Files.isRegularFile(Path.of(part.path()));
    } catch (KernelException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return false;
      }
      throw e;
    }
  }

  /** A mount comes before those inside it. */
  private static List<MountEntry> ordered(ContainerRecord record) {
    return record.spec().mounts().stream()
        .sorted(Comparator.comparing(MountEntry::destination))
        .toList();
  }

  private static List<Digest> diffIds(ContainerRecord record) {
    return record.spec().image().diffIds();
  }
}
