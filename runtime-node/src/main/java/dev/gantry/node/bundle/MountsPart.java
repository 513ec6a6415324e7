package dev.gantry.node.bundle;

import static dev.gantry.node.bundle.ProcessPart.isTrue;

import dev.gantry.engine.HostConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The mounts of a container: what every one has, and what was asked for (runtime-spec, config.md,
 * "Mounts").
 */
final class MountsPart {
  private static final long DEFAULT_SHM = 64L << 20;

  private MountsPart() {}

  static void add(ObjectNode config, BundleInput input) {
    HostConfig host = input.host();
    boolean privileged = isTrue(host.privileged());
    List<BundleMount> all = new ArrayList<>();
    all.add(new BundleMount("proc", "proc", "/proc", List.of("nosuid", "noexec", "nodev")));
    all.add(
        new BundleMount(
            "tmpfs", "tmpfs", "/dev", List.of("nosuid", "strictatime", "mode=755", "size=65536k")));
    all.add(
        new BundleMount(
            "devpts",
            "devpts",
            "/dev/pts",
            List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")));
    String access = privileged ? "rw" : "ro";
    all.add(
        new BundleMount("sysfs", "sysfs", "/sys", List.of("nosuid", "noexec", "nodev", access)));
    all.add(
        new BundleMount(
            "cgroup", "cgroup", "/sys/fs/cgroup", List.of(access, "nosuid", "noexec", "nodev")));
    if (!input.namespaces().containsKey("ipc")) {
      all.add(bind("/dev/shm", "/dev/shm"));
    } else {
      long shm = host.shmSize() == null || host.shmSize() <= 0 ? DEFAULT_SHM : host.shmSize();
      if (!"none".equals(host.ipcMode())) {
        all.add(
            new BundleMount(
                "tmpfs",
                "shm",
                "/dev/shm",
                List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + shm)));
      }
    }
    // Shows the queues of the namespace, of the host's too, which may have them mounted nowhere.
    all.add(
        new BundleMount("mqueue", "mqueue", "/dev/mqueue", List.of("nosuid", "noexec", "nodev")));
    all.add(bind(input.etc().resolvConf(), "/etc/resolv.conf"));
    all.add(bind(input.etc().hostname(), "/etc/hostname"));
    all.add(bind(input.etc().hosts(), "/etc/hosts"));
    List<BundleMount> asked = new ArrayList<>(input.mounts());
    asked.sort(Comparator.comparingInt(mount -> Path.of(mount.destination()).getNameCount()));
    for (BundleMount mount : asked) {
      all.removeIf(own -> own.destination().equals(mount.destination()));
      all.add(mount);
    }
    ArrayNode mounts = config.putArray("mounts");
    for (BundleMount mount : all) {
      ObjectNode entry = mounts.addObject();
      entry.put("destination", mount.destination());
      entry.put("type", mount.type());
      entry.put("source", mount.source());
      mount.options().forEach(entry.putArray("options")::add);
    }
  }

  /**
   * What the container's root has to be so that its mounts can hear of others, or tell of their
   * own: a mount is at most as open as the one that it is on.
   */
  static Optional<String> propagation(List<BundleMount> mounts) {
    for (String kind : List.of("shared", "slave")) {
      for (BundleMount mount : mounts) {
        if (mount.options().contains(kind) || mount.options().contains("r" + kind)) {
          return Optional.of("r" + kind);
        }
      }
    }
    return Optional.empty();
  }

  private static BundleMount bind(Path source, String destination) {
    return bind(source.toString(), destination);
  }

  private static BundleMount bind(String source, String destination) {
    return new BundleMount("bind", source, destination, List.of("rbind", "rprivate"));
  }
}
