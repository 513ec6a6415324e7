package dev.gantry.node.lifecycle;

import dev.gantry.node.bundle.BundleMount;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.volume.CopyUp;
import dev.gantry.node.volume.MountEntry;
import dev.gantry.node.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What is mounted into the container: sources are made where they may be, volumes filled. */
final class MountsHook implements Hook {
  private final Volumes volumes;
  private final InstantSource clock;

  MountsHook(Volumes volumes, InstantSource clock) {
    this.volumes = volumes;
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
            case VOLUME -> volume(assembly, mount);
            case BIND -> bind(mount);
            case TMPFS -> tmpfs(mount);
          });
    }
    assembly.mounts(mounts);
    assembly.facts().addAll(Endpoints.volumeFacts(record, "mount", Context.nanos(clock.instant())));
  }

  private BundleMount volume(Assembly assembly, MountEntry mount) throws IOException {
    ContainerRecord record = assembly.record();
    Path data = volumes.data(record.team(), String.valueOf(mount.volume()));
    if (mount.copyUp()) {
      CopyUp.into(data, assembly.root(), mount.destination());
    }
    return new BundleMount(
        "bind",
        data.toString(),
        mount.destination(),
        List.of("rbind", mount.readOnly() ? "ro" : "rw", "rprivate"));
  }

  private static BundleMount bind(MountEntry mount) throws IOException {
    Path source = Path.of(String.valueOf(mount.source()));
    if (!Files.exists(source)) {
      if (!mount.createSource()) {
        throw new IOException("bind source path does not exist: " + source);
      }
      Files.createDirectories(source);
    }
    return new BundleMount(
        "bind",
        source.toString(),
        mount.destination(),
        List.of(
            "rbind",
            mount.readOnly() ? "ro" : "rw",
            mount.propagation() == null ? "rprivate" : mount.propagation()));
  }

  private static BundleMount tmpfs(MountEntry mount) {
    List<String> options = new ArrayList<>(List.of("noexec", "nosuid", "nodev"));
    mount
        .options()
        .forEach(
            (name, value) -> {
              options.remove("no" + name);
              options.add(value.isEmpty() ? name : name + "=" + value);
            });
    if (mount.readOnly()) {
      options.add("ro");
    }
    return new BundleMount("tmpfs", "tmpfs", mount.destination(), options);
  }

  @Override
  public void down(ContainerRecord record) {
    // The mounts live in the container's own mount namespace and end with it.
  }
}
