package dev.gantry.node.bundle;

import static dev.gantry.node.bundle.ProcessPart.isTrue;

import dev.gantry.engine.DeviceMapping;
import dev.gantry.engine.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Devices of a container, and which it may use (runtime-spec, config-linux.md, "Devices"). */
final class DevicesPart {
  private static final int S_IFMT = 0170000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;

  private DevicesPart() {}

  private record Device(
      String path, char type, long major, long minor, int mode, int uid, int gid) {}

  static void add(ObjectNode linux, ObjectNode resources, HostConfig host) throws IOException {
    ArrayNode rules = resources.putArray("devices");
    if (isTrue(host.privileged())) {
      rules.addObject().put("allow", true).put("access", "rwm");
      ArrayNode devices = linux.putArray("devices");
      for (Device device : hostDevices()) {
        describe(devices, device);
      }
      return;
    }
    rules.addObject().put("allow", false).put("access", "rwm");
    rule(rules, 'c', null, null, "m");
    rule(rules, 'b', null, null, "m");
    long[][] allowed = {{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}, {5, 1}, {5, 2}};
    for (long[] device : allowed) {
      rule(rules, 'c', device[0], device[1], "rwm");
    }
    rule(rules, 'c', 136L, null, "rwm");
    ArrayNode devices = linux.putArray("devices");
    for (DeviceMapping mapping :
        host.devices() == null ? List.<DeviceMapping>of() : host.devices()) {
      String source = String.valueOf(mapping.pathOnHost());
      String target =
          mapping.pathInContainer() == null || mapping.pathInContainer().isEmpty()
              ? source
              : mapping.pathInContainer();
      String access =
          mapping.cgroupPermissions() == null || mapping.cgroupPermissions().isEmpty()
              ? "rwm"
              : mapping.cgroupPermissions();
      for (Device found : custom(source, target)) {
        describe(devices, found);
        rule(rules, found.type(), found.major(), found.minor(), access);
      }
    }
    for (String text :
        host.deviceCgroupRules() == null ? List.<String>of() : host.deviceCgroupRules()) {
      customRule(rules, text);
    }
  }

  /** One device, or all in a folder and below. */
  private static List<Device> custom(String source, String target) throws IOException {
    Path file = Path.of(source);
    if (!Files.isDirectory(file)) {
      return List.of(required(source, target));
    }
    List<Device> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(file)) {
      for (Path one : all.toList()) {
        Device device = device(one, target + "/" + file.relativize(one));
        if (device != null) {
          found.add(device);
        }
      }
    }
    return found;
  }

  private static Device required(String source, String target) throws IOException {
    Device found = source.startsWith("/") ? device(Path.of(source), target) : null;
    if (found == null) {
      throw new IOException(
          "error gathering device information while adding custom device \"%s\": %s"
              .formatted(
                  source,
                  Files.exists(Path.of(source))
                      ? "not a device node"
                      : "no such file or directory"));
    }
    return found;
  }

  /** Adds the number of a device of this host. */
  static ObjectNode number(ObjectNode target, @Nullable String path) throws IOException {
    Device device = required(String.valueOf(path), "");
    return target.put("major", device.major()).put("minor", device.minor());
  }

  /** {@code TYPE MAJOR:MINOR ACCESS}, as the devices controller writes it. */
  static boolean isRule(String text) {
    return text.matches("[acb] ([0-9]{1,9}|\\*):([0-9]{1,9}|\\*) [rwm]{1,3}");
  }

  private static void customRule(ArrayNode rules, String text) {
    String[] words = text.split("[ :]");
    rule(
        rules,
        words[0].charAt(0),
        words[1].equals("*") ? null : Long.valueOf(words[1]),
        words[2].equals("*") ? null : Long.valueOf(words[2]),
        words[3]);
  }

  private static void rule(
      ArrayNode rules, char type, @Nullable Long major, @Nullable Long minor, String access) {
    ObjectNode rule = rules.addObject().put("allow", true).put("type", String.valueOf(type));
    if (major != null) {
      rule.put("major", major);
    }
    if (minor != null) {
      rule.put("minor", minor);
    }
    rule.put("access", access);
  }

  private static void describe(ArrayNode devices, Device device) {
    devices
        .addObject()
        .put("path", device.path())
        .put("type", String.valueOf(device.type()))
        .put("major", device.major())
        .put("minor", device.minor())
        .put("fileMode", device.mode())
        .put("uid", device.uid())
        .put("gid", device.gid());
  }

  private static List<Device> hostDevices() throws IOException {
    Set<String> own =
        Set.of(
            "/dev/null",
            "/dev/zero",
            "/dev/full",
            "/dev/random",
            "/dev/urandom",
            "/dev/tty",
            "/dev/console",
            "/dev/ptmx");
    List<Device> devices = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("/dev"), 2)) {
      for (Path file : files.toList()) {
        Device device =
            own.contains(file.toString()) || file.startsWith("/dev/pts")
                ? null
                : device(file, file.toString());
        if (device != null) {
          devices.add(device);
        }
      }
    }
    return devices;
  }

  private static @Nullable Device device(Path file, String target) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    Map<String, Object> status = Files.readAttributes(file, "unix:mode,rdev,uid,gid");
    int mode = (Integer) Objects.requireNonNull(status.get("mode"));
    long number = (Long) Objects.requireNonNull(status.get("rdev"));
    char type =
        switch (mode & S_IFMT) {
          case S_IFCHR -> 'c';
          case S_IFBLK -> 'b';
          default -> ' ';
        };
    if (type == ' ') {
      return null;
    }
    long major = (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
    long minor = (number & 0xff) | (number >>> 12 & ~0xffL);
    return new Device(
        target,
        type,
        major,
        minor,
        mode & 07777,
        (Integer) Objects.requireNonNull(status.get("uid")),
        (Integer) Objects.requireNonNull(status.get("gid")));
  }
}
