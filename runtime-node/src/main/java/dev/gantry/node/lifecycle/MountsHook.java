package dev.gantry.node.lifecycle;

import dev.gantry.node.bundle.BundleMount;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.volume.CopyUp;
import dev.gantry.node.volume.MountEntry;
import dev.gantry.node.volume.MountedImage;
import dev.gantry.node.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is mounted into the container: sources are made where they may be, volumes mounted and
 * filled. The container's mounts live in its own mount namespace and end with it.
 */
final class MountsHook implements Hook {
  private final Volumes volumes;
  private final MountParts parts;
  private final NodeFiles files;
  private final InstantSource clock;

  MountsHook(Volumes volumes, MountParts parts, NodeFiles files, InstantSource clock) {
    this.volumes = volumes;
    this.parts = parts;
    this.files = files;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "mounts";
  }

  @Override
  public void up(Assembly assembly) throws IOException {
    ContainerRecord record = assembly.record();
    List<BundleMount> mounts = new ArrayList<>();
    for (MountEntry mount : record.spec().mounts()) {
      mounts.add(
          switch (mount.kind()) {
            case VOLUME -> volume(assembly, mount, mounts.size());
            case BIND -> bind(mount);
            case TMPFS -> tmpfs(mount);
            case IMAGE -> image(record, mount, mounts.size());
            case SOCKET -> socket(record, mount);
          });
    }
    assembly.mounts(mounts);
    assembly.facts().addAll(Endpoints.volumeFacts(record, "mount", Context.nanos(clock.instant())));
  }

  private BundleMount volume(Assembly assembly, MountEntry mount, int number) throws IOException {
    ContainerRecord record = assembly.record();
    Path data = volumes.up(record.team(), String.valueOf(mount.volume()), record.id());
    if (mount.copyUp()) {
      CopyUp.into(data, assembly.root(), mount.destination());
    }
    return bound(record, mount, number, data);
  }

  private BundleMount image(ContainerRecord record, MountEntry mount, int number)
      throws IOException {
    MountedImage image = Objects.requireNonNull(mount.image(), "an image without its layers");
    return bound(record, mount, number, parts.image(record.id(), number, image));
  }

  /** A bind of {@code all}, or of the part of it that is asked for. */
  private BundleMount bound(ContainerRecord record, MountEntry mount, int number, Path all)
      throws IOException {
    String subpath = mount.subpath();
    Path source =
        subpath == null || subpath.isEmpty() ? all : parts.bind(record.id(), number, all, subpath);
    return bound(mount, source, mount.propagation());
  }

  private static BundleMount bind(MountEntry mount) throws IOException {
    Path source = Path.of(String.valueOf(mount.source()));
    if (!Files.exists(source)) {
      if (!mount.createSource()) {
        throw new IOException("bind source path does not exist: " + source);
      }
      make(source);
    }
    String propagation = mount.propagation();
    if (propagation != null) {
      requirePeers(source, propagation);
    }
    return bound(mount, source, propagation);
  }

  /** Nothing is mounted below a socket, and crun would open one to make all below read-only. */
  private BundleMount socket(ContainerRecord record, MountEntry mount) {
    return new BundleMount(
        "bind",
        files.teamSocket(record.id()).toString(),
        mount.destination(),
        List.of("bind", mount.readOnly() ? "ro" : "rw", "rprivate"));
  }

  private static void make(Path source) throws IOException {
    try {
      Files.createDirectories(source);
    } catch (IOException e) {
      throw new IOException(
          "error while creating mount source path '" + source + "': " + e.getMessage(), e);
    }
  }

  /** Nothing can come from, or go to, a mount that has no peers. */
  private static void requirePeers(Path source, String propagation) throws IOException {
    boolean shared = propagation.endsWith("shared");
    if (!shared && !propagation.endsWith("slave")) {
      return;
    }
    Mounts.Holding on = Mounts.holding(source.toRealPath());
    if (!on.shared() && (shared || !on.slave())) {
      throw new IOException(
          "path %s is mounted on %s but it is not a shared%s mount"
              .formatted(source, on.point(), shared ? "" : " or slave"));
    }
  }

  private static BundleMount bound(MountEntry mount, Path source, @Nullable String propagation) {
    boolean flat = mount.depth() == MountEntry.Depth.TOP;
    // Below a file there is nothing, and crun takes "rro" for folders alone.
    boolean deep =
        !flat && mount.depth() != MountEntry.Depth.TOP_READ_ONLY && Files.isDirectory(source);
    return new BundleMount(
        "bind",
        source.toString(),
        mount.destination(),
        List.of(
            flat ? "bind" : "rbind",
            mount.readOnly() ? (deep ? "rro" : "ro") : "rw",
            propagation == null ? "rprivate" : propagation));
  }

  private static BundleMount tmpfs(MountEntry mount) {
    List<String> options = new ArrayList<>();
    if (mount.options() != null) {
      mount
          .options()
          .forEach((name, value) -> options.add(value.isEmpty() ? name : name + "=" + value));
    }
    options.add(mount.readOnly() ? "ro" : "rw");
    return new BundleMount("tmpfs", "tmpfs", mount.destination(), options);
  }

  @Override
  public void down(ContainerRecord record) throws IOException {
    parts.release(record.id());
    for (MountEntry mount : record.spec().mounts()) {
      if (mount.kind() == MountEntry.Kind.VOLUME && mount.volume() != null) {
        volumes.down(record.team(), mount.volume(), record.id());
      }
    }
  }
}
