package dev.gantry.node.volume;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.Mount;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a container shall have mounted, from the four places where a request can say so:
 * {@code Binds} ({@code -v}), {@code Mounts} ({@code --mount}), {@code Tmpfs} and the volumes of
 * image and request. Pure: nothing is made, nothing on the host is looked at.
 *
 * <p>A place is taken once; the volume of an image gives way to whatever the request puts there.
 */
public final class MountPlan {
  private static final Set<String> PROPAGATIONS =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
  private static final Set<String> TOLERATED =
      Set.of("z", "Z", "consistent", "cached", "delegated");
  private static final String SOCKET = "/var/run/docker.sock";

  private final Map<String, MountEntry> byDestination = new LinkedHashMap<>();

  private MountPlan() {}

  /**
   * The mounts in the order in which they are made. An anonymous volume has no name yet.
   *
   * @param inherited the mounts of other containers ({@code --volumes-from})
   */
  public static List<MountEntry> of(
      ContainerConfig config, HostConfig host, List<MountEntry> inherited) {
    var plan = new MountPlan();
    inherited.forEach(mount -> plan.byDestination.put(mount.destination(), mount));
    for (String bind : orEmpty(host.binds())) {
      plan.add(bind(bind));
    }
    for (Mount mount : orEmpty(host.mounts())) {
      plan.add(mount(mount));
    }
    if (host.tmpfs() != null) {
      host.tmpfs().forEach((place, options) -> plan.add(tmpfs(place, options)));
    }
    if (config.volumes() != null) {
      for (String volume : config.volumes().keySet()) {
        String place = destination(volume, volume);
        plan.byDestination.computeIfAbsent(place, p -> anonymous(p, "", false, true));
      }
    }
    return List.copyOf(plan.byDestination.values());
  }

  private void add(MountEntry entry) {
    MountEntry before = byDestination.put(entry.destination(), entry);
    require(before == null, "Duplicate mount point: " + entry.destination());
  }

  private static MountEntry anonymous(String place, String mode, boolean readOnly, boolean copyUp) {
    return new MountEntry(
        MountEntry.Kind.VOLUME,
        null,
        null,
        place,
        mode,
        readOnly,
        null,
        true,
        copyUp,
        false,
        Map.of());
  }

  /** One {@code -v}: {@code [SOURCE:]DESTINATION[:MODE]}. */
  private static MountEntry bind(String text) {
    String[] parts = text.split(":", -1);
    String broken = "invalid volume specification: '" + text + "'";
    require(parts.length >= 1 && parts.length <= 3 && !parts[0].isEmpty(), broken);
    if (parts.length == 1) {
      return anonymous(destination(parts[0], text), "", false, true);
    }
    String place = destination(parts[1], text);
    var mode = new Mode(parts.length == 3 ? parts[2] : "", text);
    if (parts[0].startsWith("/")) {
      return new MountEntry(
          MountEntry.Kind.BIND,
          null,
          hostPath(parts[0]),
          place,
          mode.text,
          mode.readOnly,
          mode.propagation,
          false,
          false,
          true,
          Map.of());
    }
    return new MountEntry(
        MountEntry.Kind.VOLUME,
        VolumeName.check(parts[0]),
        null,
        place,
        mode.text.isEmpty() ? "z" : mode.text,
        mode.readOnly,
        null,
        false,
        mode.copyUp,
        false,
        Map.of());
  }

  /** The words behind the last colon of a {@code -v}. */
  private static final class Mode {
    final String text;
    boolean readOnly;
    boolean copyUp = true;
    @Nullable String propagation;

    Mode(String text, String whole) {
      this.text = text;
      if (text.isEmpty()) {
        require(!whole.endsWith(":"), "invalid volume specification: '" + whole + "'");
        return;
      }
      for (String word : text.split(",", -1)) {
        switch (word) {
          case "ro" -> readOnly = true;
          case "rw" -> readOnly = false;
          case "nocopy" -> copyUp = false;
          default -> {
            if (PROPAGATIONS.contains(word)) {
              propagation = word;
            } else {
              require(TOLERATED.contains(word), "invalid mode: " + text);
            }
          }
        }
      }
    }
  }

  private static MountEntry mount(Mount mount) {
    String type = mount.type() == null ? "" : mount.type();
    String place = mount.target() == null ? "" : mount.target();
    String invalid = "invalid mount config for type \"" + type + "\": ";
    require(!place.isEmpty(), invalid + "field Target must not be empty");
    place = destination(place, place);
    boolean readOnly = mount.readOnly() != null && mount.readOnly();
    String source = mount.source() == null ? "" : mount.source();
    return switch (type) {
      case "volume" -> volumeMount(mount, source, place, readOnly);
      case "bind" -> {
        require(!source.isEmpty(), invalid + "field Source must not be empty");
        require(
            source.startsWith("/"),
            invalid + "invalid mount path: '" + source + "' mount path must be absolute");
        var options = mount.bindOptions();
        String propagation = options == null ? null : options.propagation();
        require(
            propagation == null || propagation.isEmpty() || PROPAGATIONS.contains(propagation),
            invalid + "invalid propagation mode: " + propagation);
        yield new MountEntry(
            MountEntry.Kind.BIND,
            null,
            hostPath(source),
            place,
            "",
            readOnly,
            propagation == null || propagation.isEmpty() ? null : propagation,
            false,
            false,
            options != null && Boolean.TRUE.equals(options.createMountpoint()),
            Map.of());
      }
      case "tmpfs" -> {
        require(source.isEmpty(), invalid + "field Source must not be specified");
        yield tmpfsMount(mount, place, readOnly);
      }
      case "image", "npipe", "cluster" ->
          throw new ServiceException(
              ErrorCode.NOT_IMPLEMENTED, "mounts of type " + type + " are not served yet");
      default -> throw new ServiceException(ErrorCode.INVALID, "mount type unknown");
    };
  }

  private static MountEntry volumeMount(
      Mount mount, String source, String place, boolean readOnly) {
    var options = mount.volumeOptions();
    require(
        options == null || options.subpath() == null || options.subpath().isEmpty(),
        "a subpath of a volume is not served yet");
    boolean copyUp = options == null || !Boolean.TRUE.equals(options.noCopy());
    if (source.isEmpty()) {
      return anonymous(place, "z", readOnly, copyUp);
    }
    return new MountEntry(
        MountEntry.Kind.VOLUME,
        VolumeName.check(source),
        null,
        place,
        "z",
        readOnly,
        null,
        false,
        copyUp,
        false,
        Map.of());
  }

  private static MountEntry tmpfsMount(Mount mount, String place, boolean readOnly) {
    Map<String, String> options = new LinkedHashMap<>();
    var asked = mount.tmpfsOptions();
    if (asked != null && asked.sizeBytes() != null && asked.sizeBytes() > 0) {
      options.put("size", Long.toString(asked.sizeBytes()));
    }
    if (asked != null && asked.mode() != null && asked.mode() > 0) {
      options.put("mode", Long.toOctalString(asked.mode()));
    }
    return tmpfs(place, readOnly, options);
  }

  private static MountEntry tmpfs(String text, String words) {
    Map<String, String> options = new LinkedHashMap<>();
    boolean readOnly = false;
    for (String word : words.split(",", -1)) {
      if (word.equals("ro")) {
        readOnly = true;
      } else if (!word.isEmpty() && !word.equals("rw")) {
        String[] pair = word.split("=", 2);
        options.put(pair[0], pair.length == 2 ? pair[1] : "");
      }
    }
    return tmpfs(destination(text, text), readOnly, options);
  }

  private static MountEntry tmpfs(String place, boolean readOnly, Map<String, String> options) {
    return new MountEntry(
        MountEntry.Kind.TMPFS, null, null, place, "", readOnly, null, false, false, false, options);
  }

  private static String destination(String text, String whole) {
    require(
        text.startsWith("/"),
        "invalid volume specification: '"
            + whole
            + "': invalid mount path: '"
            + text
            + "' mount path must be absolute");
    String place = Path.of(text).normalize().toString();
    require(
        !place.equals("/"),
        "invalid volume specification: '" + whole + "': destination can't be '/'");
    return place;
  }

  private static String hostPath(String text) {
    String path = Path.of(text).normalize().toString();
    if (path.equals(SOCKET) || path.equals("/run/docker.sock")) {
      throw new ServiceException(
          ErrorCode.NOT_IMPLEMENTED, "a bind of " + SOCKET + " is not served yet");
    }
    return path;
  }

  private static <T> Collection<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new ServiceException(ErrorCode.INVALID, message);
    }
  }
}
