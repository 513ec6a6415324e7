package dev.gantry.node.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.State;
import dev.gantry.node.kernel.EmptyNamespace;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.kernel.PidFd;
import dev.gantry.node.kernel.PrivateTree;
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

/**
 * The file system of a container as its processes see it, put together where nobody else sees it:
 * its snapshot, and above it what it has mounted. Of a running container that are its own mounts,
 * of another the folders of its volumes and binds.
 */
final class Views {
  /** What the node writes and mounts into every container. */
  private static final List<String> OWN =
      List.of("/etc/hosts", "/etc/hostname", "/etc/resolv.conf");

  private final SnapshotStore snapshots;
  private final Volumes volumes;
  private final RandomGenerator random;
  private final EmptyNamespace namespace = new EmptyNamespace();

  Views(SnapshotStore snapshots, Volumes volumes, RandomGenerator random) {
    this.snapshots = snapshots;
    this.volumes = volumes;
    this.random = random;
  }

  /** To read from. */
  PrivateTree forReading(ContainerRecord record) throws IOException {
    return assemble(record, false);
  }

  /** To write to; a container that does not run has to be held meanwhile. */
  PrivateTree forWriting(ContainerRecord record) throws IOException {
    return assemble(record, true);
  }

  /** The snapshot alone. */
  PrivateTree ofSnapshot(ContainerRecord record) throws IOException {
    return PrivateTree.of(
        record.state().life() == null
            ? snapshots.detached(record.id(), diffIds(record), false)
            : mounted(record));
  }

  /** What the container was made from. */
  PrivateTree ofImage(ContainerRecord record) throws IOException {
    return PrivateTree.of(snapshots.detachedImage(diffIds(record)));
  }

  private Fd mounted(ContainerRecord record) throws IOException {
    return Mounts.copy(snapshots.mountPoint(record.id()), false);
  }

  private PrivateTree assemble(ContainerRecord record, boolean writable) throws IOException {
    State.Life life = record.state().life();
    if (life == null) {
      return namespace.assemble(
          () -> snapshots.detached(record.id(), diffIds(record), writable), ofStopped(record));
    }
    Optional<PidFd> process = PidFd.open(life.pid(), life.pidStart());
    if (process.isEmpty()) {
      throw new ServiceException(
          ErrorCode.CONFLICT, "container " + record.id() + " has just ended");
    }
    List<String> places = new ArrayList<>(writable ? List.of() : OWN);
    ordered(record).forEach(mount -> places.add(mount.destination()));
    try (PidFd alive = process.get()) {
      return namespace.assemble(() -> mounted(record), EmptyNamespace.ofProcess(alive, places));
    }
  }

  /**
   * Of a container that has never run: makes the places of its mounts, and fills its volumes, as
   * its first start would. The container has to be held.
   */
  void prepare(ContainerRecord record) throws IOException {
    try (Fd root = snapshots.detached(record.id(), diffIds(record), true)) {
      for (MountEntry mount : ordered(record)) {
        if (mount.kind() == MountEntry.Kind.VOLUME) {
          ContainerId visitor = ContainerId.random(random);
          String volume = String.valueOf(mount.volume());
          Path data = volumes.up(record.team(), volume, visitor);
          try {
            if (mount.copyUp()) {
              CopyUp.into(data, root, mount.destination());
            }
            makePlace(root, mount.destination(), isFile(record, mount));
          } finally {
            volumes.down(record.team(), volume, visitor);
          }
        } else {
          makePlace(root, mount.destination(), isFile(record, mount));
        }
      }
    }
  }

  private static void makePlace(Fd root, String place, boolean file) throws IOException {
    try (UnpackRoot inside = UnpackRoot.in(root)) {
      String path = new String(place.substring(1).getBytes(UTF_8), ISO_8859_1);
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

  /** What a container that does not run would have mounted, but for what begins with its run. */
  private List<EmptyNamespace.Above> ofStopped(ContainerRecord record) throws IOException {
    List<EmptyNamespace.Above> above = new ArrayList<>();
    try {
      for (MountEntry mount : ordered(record)) {
        switch (mount.kind()) {
          case VOLUME -> {
            ContainerId visitor = ContainerId.random(random);
            String volume = String.valueOf(mount.volume());
            // What the volume mounts itself is up while it is copied, and goes on in the copy
            // alone.
            try {
              addPart(volumes.up(record.team(), volume, visitor), mount, above);
            } finally {
              volumes.down(record.team(), volume, visitor);
            }
          }
          case BIND -> addPart(Path.of(String.valueOf(mount.source())), mount, above);
          case IMAGE -> {
            if (mount.image() != null) {
              above.add(
                  new EmptyNamespace.Above(
                      snapshots.detachedImage(mount.image().diffIds()),
                      subpath(mount),
                      mount.destination()));
            }
          }
          case TMPFS, SOCKET -> {}
        }
      }
      return above;
    } catch (IOException | RuntimeException e) {
      above.forEach(one -> one.mount().close());
      throw e;
    }
  }

  private static void addPart(Path source, MountEntry mount, List<EmptyNamespace.Above> to)
      throws IOException {
    if (!Files.exists(source)) {
      return;
    }
    if (subpath(mount).isEmpty()) {
      to.add(
          new EmptyNamespace.Above(Mounts.copy(source, mount.readOnly()), "", mount.destination()));
      return;
    }
    try (RootedPaths inside = RootedPaths.in(source);
        Fd part = inside.locate(subpath(mount))) {
      to.add(
          new EmptyNamespace.Above(Mounts.copy(part, mount.readOnly()), "", mount.destination()));
    }
  }

  private static String subpath(MountEntry mount) {
    return mount.subpath() == null ? "" : mount.subpath();
  }

  /** Whether what a mount shows is no folder. */
  private boolean isFile(ContainerRecord record, MountEntry mount) throws IOException {
    try {
      return switch (mount.kind()) {
        case SOCKET -> true;
        case TMPFS -> false;
        case BIND -> Files.isRegularFile(Path.of(String.valueOf(mount.source())));
        case VOLUME ->
            isFile(
                RootedPaths.in(volumes.data(record.team(), String.valueOf(mount.volume()))),
                subpath(mount));
        case IMAGE -> {
          if (mount.image() == null) {
            yield false;
          }
          try (Fd image = snapshots.detachedImage(mount.image().diffIds())) {
            yield isFile(RootedPaths.in(image), subpath(mount));
          }
        }
      };
    } catch (KernelException e) {
      if (e.isGone()) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isFile(RootedPaths in, String part) throws IOException {
    try (in) {
      if (part.isEmpty()) {
        return false;
      }
      try (Fd found = in.locate(part)) {
        return FileStatus.of(found).isRegular();
      }
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
