package dev.gantry.node.volume;

import static java.util.Objects.requireNonNullElse;

import dev.gantry.engine.Mount;
import dev.gantry.engine.MountBindOptions;
import dev.gantry.engine.MountVolumeOptions;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One mount as {@code --mount} asks for it, checked as the engine checks it. */
final class MountSpec {
  /** Between a host and a machine on it; here there is but one file system, always consistent. */
  private static final Set<String> CONSISTENCIES =
      Set.of("", "default", "consistent", "cached", "delegated");

  private static final int MODES = 07777;

  private final Mount mount;
  private final String lead;
  private final String source;
  private final boolean readOnly;

  /**
   * @param context what stands before every complaint
   */
  MountSpec(Mount mount, String context) {
    this.mount = mount;
    this.lead =
        context
            + "invalid mount config for type \""
            + requireNonNullElse(mount.type(), "")
            + "\": ";
    this.source = requireNonNullElse(mount.source(), "");
    this.readOnly = isTrue(mount.readOnly());
  }

  MountEntry entry() {
    String target = requireNonNullElse(mount.target(), "");
    require(!target.isEmpty(), "field Target must not be empty");
    require(
        !Path.of("/", target).normalize().toString().equals("/"),
        "invalid specification: destination can't be '/'");
    requireAbsolute(target);
    String consistency = requireNonNullElse(mount.consistency(), "");
    require(CONSISTENCIES.contains(consistency), "invalid consistency: " + consistency);
    String place = MountPlan.clean(target);
    return switch (requireNonNullElse(mount.type(), "")) {
      case "volume" -> volume(place);
      case "bind" -> bind(place);
      case "tmpfs" -> tmpfs(place);
      case "image" -> image(place);
      default -> throw invalid("mount type unknown");
    };
  }

  private MountEntry volume(String place) {
    requireAbsent(mount.bindOptions(), "BindOptions");
    requireAbsent(mount.tmpfsOptions(), "TmpfsOptions");
    requireAbsent(mount.imageOptions(), "ImageOptions");
    MountVolumeOptions options = mount.volumeOptions();
    String name = source.isEmpty() ? null : VolumeName.check(source);
    require(name != null || !readOnly, "must not set ReadOnly mode when using anonymous volumes");
    var entry =
        MountEntry.ofVolume(name, place, readOnly, options == null || !isTrue(options.noCopy()))
            .withMode("z");
    return options == null ? entry : volume(entry, options);
  }

  private MountEntry volume(MountEntry entry, MountVolumeOptions options) {
    String subpath = requireNonNullElse(options.subpath(), "");
    if (!subpath.isEmpty()) {
      require(!entry.anonymous(), "must not set Subpath when using anonymous volumes");
      require(isLocal(subpath), "subpath must be a relative path within the volume");
    }
    var driver = options.driverConfig();
    Map<String, String> driverOptions = driver == null ? null : driver.options();
    String name = requireNonNullElse(entry.volume(), "");
    LocalOptions.checkDriver(name, driver == null ? null : driver.name());
    LocalOptions.parse(name, driverOptions);
    return entry.madeWith(driverOptions, options.labels(), subpath);
  }

  /** Whether a path says by itself that it stays where it is; the kernel sees to the rest. */
  private static boolean isLocal(String path) {
    return path.indexOf('\0') < 0
        && !path.startsWith("/")
        && !Path.of(path).normalize().startsWith("..");
  }

  private MountEntry bind(String place) {
    requireAbsent(mount.volumeOptions(), "VolumeOptions");
    requireAbsent(mount.tmpfsOptions(), "TmpfsOptions");
    requireAbsent(mount.imageOptions(), "ImageOptions");
    require(!source.isEmpty(), "field Source must not be empty");
    MountBindOptions options = mount.bindOptions();
    String propagation = options == null ? "" : requireNonNullElse(options.propagation(), "");
    require(
        propagation.isEmpty() || MountMode.PROPAGATIONS.contains(propagation),
        "invalid propagation mode: " + propagation);
    requireAbsolute(source);
    return MountEntry.ofBind(
        MountPlan.clean(source),
        place,
        readOnly,
        propagation.isEmpty() ? null : propagation,
        options != null && isTrue(options.createMountpoint()),
        options == null ? MountEntry.Depth.ALL : depth(options, propagation));
  }

  private MountEntry.Depth depth(MountBindOptions options, String propagation) {
    boolean flat = isTrue(options.nonRecursive());
    if (isTrue(options.readOnlyForceRecursive())) {
      require(readOnly, "ReadOnlyForceRecursive needs the mount to be read-only");
      require(!flat, "ReadOnlyForceRecursive and NonRecursive exclude each other");
      require(
          !isTrue(options.readOnlyNonRecursive()),
          "ReadOnlyForceRecursive and ReadOnlyNonRecursive exclude each other");
      require(
          propagation.equals("rprivate"), "ReadOnlyForceRecursive needs the propagation rprivate");
    }
    if (isTrue(options.readOnlyNonRecursive())) {
      require(readOnly, "ReadOnlyNonRecursive needs the mount to be read-only");
    }
    if (flat) {
      return MountEntry.Depth.TOP;
    }
    return isTrue(options.readOnlyNonRecursive())
        ? MountEntry.Depth.TOP_READ_ONLY
        : MountEntry.Depth.ALL;
  }

  private MountEntry image(String place) {
    requireAbsent(mount.bindOptions(), "BindOptions");
    requireAbsent(mount.volumeOptions(), "VolumeOptions");
    requireAbsent(mount.tmpfsOptions(), "TmpfsOptions");
    require(!source.isEmpty(), "field Source must not be empty");
    var options = mount.imageOptions();
    String subpath = options == null ? "" : requireNonNullElse(options.subpath(), "");
    require(
        subpath.isEmpty() || isLocal(subpath), "subpath must be a relative path within the image");
    return MountEntry.ofImage(source, place, subpath);
  }

  private MountEntry tmpfs(String place) {
    requireAbsent(mount.bindOptions(), "BindOptions");
    requireAbsent(mount.volumeOptions(), "VolumeOptions");
    requireAbsent(mount.imageOptions(), "ImageOptions");
    require(source.isEmpty(), "field Source must not be specified");
    var words = new TmpfsOptions();
    var asked = mount.tmpfsOptions();
    if (asked != null) {
      long size = requireNonNullElse(asked.sizeBytes(), 0L);
      require(size >= 0, "the size of a tmpfs can not be negative");
      long mode = requireNonNullElse(asked.mode(), 0L);
      require(mode >= 0 && mode <= MODES, "the mode of a tmpfs is from 0 to 7777, octal");
      if (size > 0) {
        add(words, "size=" + size);
      }
      if (mode > 0) {
        add(words, "mode=" + Long.toOctalString(mode));
      }
      for (List<String> option : requireNonNullElse(asked.options(), List.<List<String>>of())) {
        require(!option.isEmpty() && option.size() <= 2, "invalid option array length");
        add(words, String.join("=", option));
      }
    }
    return MountEntry.ofTmpfs(place, readOnly || words.readOnly(), words.options());
  }

  private void add(TmpfsOptions words, String word) {
    words
        .add(word)
        .ifPresent(
            bad -> {
              throw invalid("invalid option: \"" + bad + "\"");
            });
  }

  private void requireAbsolute(String path) {
    require(path.startsWith("/"), "invalid mount path: '" + path + "' mount path must be absolute");
  }

  private void requireAbsent(@Nullable Object field, String name) {
    require(field == null, "field " + name + " must not be specified");
  }

  private void require(boolean condition, String reason) {
    if (!condition) {
      throw invalid(reason);
    }
  }

  private ServiceException invalid(String reason) {
    return new ServiceException(ErrorCode.INVALID, lead + reason);
  }

  private static boolean isTrue(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }
}
