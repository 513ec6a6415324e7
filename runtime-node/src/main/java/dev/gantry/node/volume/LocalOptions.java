package dev.gantry.node.volume;

import static java.util.Objects.requireNonNullElse;

import dev.gantry.node.kernel.MountFlags;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of the volume driver {@code local}: what is mounted where the volume's content is,
 * while containers use it.
 *
 * @param words the {@code o} of mount(8)
 */
record LocalOptions(String type, String device, String words) {
  private static final Set<String> KNOWN = Set.of("type", "o", "device", "size");

  /** Refuses every driver but {@code local}. */
  static void checkDriver(String volume, @Nullable String driver) {
    if (driver != null && !driver.isEmpty() && !driver.equals("local")) {
      throw new ServiceException(
          ErrorCode.NOT_FOUND,
          "%serror looking up volume plugin %s: plugin \"%s\" not found"
              .formatted(lead(volume), driver, driver));
    }
  }

  /** The options, if they ask for a mount. */
  static @Nullable LocalOptions parse(String volume, @Nullable Map<String, String> options) {
    if (options == null || options.isEmpty()) {
      return null;
    }
    for (String name : options.keySet()) {
      require(KNOWN.contains(name), volume, "invalid option: \"" + name + "\"");
    }
    String type = requireNonNullElse(options.get("type"), "");
    String device = requireNonNullElse(options.get("device"), "");
    String words = requireNonNullElse(options.get("o"), "");
    require(device.isEmpty() || !type.isEmpty(), volume, "missing required option: \"type\"");
    require(
        !device.isEmpty() || (type.isEmpty() && words.isEmpty()),
        volume,
        "missing required option: \"device\"");
    require(!options.containsKey("size"), volume, "quota size requested but no quota support");
    for (String word : MountFlags.parse(words).refused()) {
      require(false, volume, "invalid option: \"o=" + word + "\"");
    }
    return type.isEmpty() ? null : new LocalOptions(type, device, words);
  }

  /** Whether it reaches what is not the team's: anything but memory of its own. */
  boolean needsHost() {
    return !type.equals("tmpfs") || MountFlags.parse(words).isBind();
  }

  private static void require(boolean condition, String volume, String reason) {
    if (!condition) {
      throw new ServiceException(ErrorCode.INVALID, lead(volume) + reason);
    }
  }

  private static String lead(String volume) {
    return volume.isEmpty() ? "" : "create " + volume + ": ";
  }
}
