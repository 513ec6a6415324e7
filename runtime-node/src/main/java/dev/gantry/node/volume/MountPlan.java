package dev.gantry.node.volume;

import static java.util.Objects.requireNonNullElse;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.Mount;
import dev.gantry.engine.MountBindOptions;
import dev.gantry.engine.MountVolumeOptions;
import dev.gantry.engine.MountVolumeOptionsDriverConfig;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a container shall have mounted, from the five places where a request can say so:
 * {@code VolumesFrom}, {@code Binds} ({@code -v}), {@code Mounts} ({@code --mount}), {@code Tmpfs}
 * and the volumes of image and request. Pure: nothing is made, nothing on the host is looked at.
 *
 * <p>A request takes a place once; what other containers have gives way to what the request puts
 * there, and the volume of an image to both.
 */
public final class MountPlan {
  private final String driver;
  private final boolean readOnlyAtTop;
  private final Map<String, MountEntry> byDestination = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  private MountPlan(String driver, boolean readOnlyAtTop) {
    this.driver = driver;
    this.readOnlyAtTop = readOnlyAtTop;
  }

  /**
   * The mounts in the order in which they are made. An anonymous volume has no name yet.
   *
   * @param readOnlyAtTop what is bound read-only leaves the mounts below it as they are
   * @param inherited the mounts of the container that a {@code --volumes-from} names
   */
  public static List<MountEntry> of(
      ContainerConfig config,
      HostConfig host,
      boolean readOnlyAtTop,
      Function<String, List<MountEntry>> inherited) {
    var plan = new MountPlan(requireNonNullElse(host.volumeDriver(), ""), readOnlyAtTop);
    orEmpty(host.volumesFrom()).forEach(from -> plan.inherit(from, inherited));
    orEmpty(host.binds()).forEach(text -> plan.add(plan.bind(text)));
    orEmpty(host.mounts()).forEach(mount -> plan.add(new MountSpec(mount, "").entry()));
    if (host.tmpfs() != null) {
      host.tmpfs().forEach((place, options) -> plan.add(tmpfs(place, options)));
    }
    if (config.volumes() != null) {
      config.volumes().keySet().forEach(plan::addOfImage);
    }
    return List.copyOf(plan.byDestination.values());
  }

  /**
   * Whether inspect lists a mount: a tmpfs of {@code --tmpfs} is told by the request's own part.
   */
  public static boolean isListed(MountEntry mount, HostConfig host) {
    return mount.kind() != MountEntry.Kind.TMPFS
        || host.tmpfs() == null
        || host.tmpfs().keySet().stream()
            .map(MountPlan::clean)
            .noneMatch(mount.destination()::equals);
  }

  private void add(MountEntry entry) {
    require(taken.add(entry.destination()), "Duplicate mount point: " + entry.destination());
    byDestination.put(entry.destination(), readOnlyAtTop ? entry.readOnlyAtTop() : entry);
  }

  private void inherit(String text, Function<String, List<MountEntry>> inherited) {
    require(!text.isEmpty(), "volumes-from specification cannot be an empty string");
    String[] parts = text.split(":", 2);
    boolean readOnly = parts.length == 2 && MountMode.ofInherited(parts[1]).readOnly();
    for (MountEntry mount : inherited.apply(parts[0])) {
      byDestination.put(mount.destination(), mount.inherited(readOnly));
    }
  }

  private void addOfImage(String place) {
    var entry = new MountSpec(volume("", place, null), lead(place)).entry();
    byDestination.putIfAbsent(entry.destination(), entry.withMode(""));
  }

  /** One {@code -v}: {@code [SOURCE:]DESTINATION[:MODE]}. */
  private MountEntry bind(String text) {
    String[] parts = text.split(":", -1);
    String broken = "invalid volume specification: '" + text + "'";
    require(parts.length <= 3 && !parts[0].isEmpty(), broken);
    require(parts.length != 2 || !MountMode.isMode(parts[1]), broken);
    String source = parts.length == 1 ? "" : parts[0];
    String target = parts[Math.min(1, parts.length - 1)];
    MountMode mode = MountMode.parse(parts.length == 3 ? parts[2] : "");
    if (!source.startsWith("/")) {
      require(
          mode.propagation() == null,
          lead(text)
              + "invalid mount config for type \"volume\": field BindOptions must not be"
              + " specified");
      var entry = new MountSpec(volume(source, target, mode), lead(text)).entry();
      return entry.withMode(source.isEmpty() || !mode.text().isEmpty() ? mode.text() : "z");
    }
    require(
        mode.copyUp() == null,
        lead(text)
            + "invalid mount config for type \"bind\": field VolumeOptions must not be specified");
    return new MountSpec(onHost(source, target, mode), lead(text))
        .entry()
        .withMode(mode.text())
        .withSourceMade();
  }

  private static Mount onHost(String source, String target, MountMode mode) {
    return new Mount(
        target,
        source,
        "bind",
        mode.readOnly(),
        null,
        new MountBindOptions(mode.propagation(), null, null, null, null),
        null,
        null,
        null);
  }

  private Mount volume(String source, String target, @Nullable MountMode mode) {
    return new Mount(
        target,
        source,
        "volume",
        mode != null && mode.readOnly(),
        null,
        null,
        new MountVolumeOptions(
            mode != null && mode.copyUp() != null,
            null,
            driver.isEmpty() ? null : new MountVolumeOptionsDriverConfig(driver, null),
            null),
        null,
        null);
  }

  private static MountEntry tmpfs(String text, String words) {
    require(!clean(text).equals("/"), "invalid specification: destination can't be '/'");
    require(text.startsWith("/"), "invalid mount path: '" + text + "' mount path must be absolute");
    var options = new TmpfsOptions();
    List<String> bad =
        List.of(words.split(",", -1)).stream().flatMap(word -> options.add(word).stream()).toList();
    require(bad.isEmpty(), "invalid tmpfs option [\"" + String.join("\" \"", bad) + "\"]");
    return MountEntry.ofTmpfs(clean(text), options.readOnly(), options.options());
  }

  private static String lead(String text) {
    return "invalid volume specification: '" + text + "': ";
  }

  /** A path without {@code .}, {@code ..} and needless slashes, as it is written. */
  static String clean(String path) {
    require(path.indexOf('\0') < 0, "invalid mount path: it contains a zero byte");
    return Path.of("/", path).normalize().toString();
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new ServiceException(ErrorCode.INVALID, message);
    }
  }
}
