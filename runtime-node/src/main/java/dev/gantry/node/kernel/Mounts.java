package dev.gantry.node.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Mounts (mount(2), and the file-descriptor based interface, fsopen(2) and on). */
public final class Mounts {
  private static final int AT_FDCWD = -100;
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int O_CLOEXEC = 0x80000;
  private static final long MS_RDONLY = 1;
  private static final long MS_REMOUNT = 32;
  private static final long MS_BIND = 4096;
  private static final long MS_REC = 16384;
  private static final long MS_PRIVATE = 1 << 18;
  private static final long ST_RDONLY = 1;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;

  private Mounts() {}

  /**
   * Mounts an overlay on {@code target}.
   *
   * @param lower the read-only layers, topmost first; up to 500
   */
  public static void overlay(List<Path> lower, Path upper, Path work, Path target)
      throws KernelException {
    overlay(lower, Map.of("upperdir", upper, "workdir", work), target);
  }

  /** Mounts an overlay that can't be written to, of two layers at least. */
  public static void overlay(List<Path> lower, Path target) throws KernelException {
    overlay(lower, Map.of(), target);
  }

  private static void overlay(List<Path> lower, Map<String, Path> above, Path target)
      throws KernelException {
    try (Arena arena = Arena.ofConfined();
        Fd context =
            new Fd(
                Syscall.FSOPEN.call("overlay", text(arena, "overlay").address(), FSOPEN_CLOEXEC),
                "overlay on " + target)) {
      set(arena, context, "source", "overlay");
      for (Path layer : lower) {
        set(arena, context, "lowerdir+", layer.toString());
      }
      for (Map.Entry<String, Path> folder : above.entrySet()) {
        set(arena, context, folder.getKey(), folder.getValue().toString());
      }
      if (!above.isEmpty()) {
        // Whatever the host's default: all that was changed has to lie in the upper folder itself.
        set(arena, context, "redirect_dir", "off");
        set(arena, context, "metacopy", "off");
      }
      Syscall.FSCONFIG.call(context.subject(), context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0);
      try (Fd mount =
          new Fd(
              Syscall.FSMOUNT.call(context.subject(), context.number(), FSMOUNT_CLOEXEC, 0),
              context.subject())) {
        Syscall.MOVE_MOUNT.call(
            context.subject(),
            mount.number(),
            text(arena, "").address(),
            AT_FDCWD,
            text(arena, target.toString()).address(),
            MOVE_MOUNT_F_EMPTY_PATH);
      }
    }
  }

  private static void set(Arena arena, Fd context, String key, String value)
      throws KernelException {
    Syscall.FSCONFIG.call(
        context.subject() + " (" + key + "=" + value + ")",
        context.number(),
        FSCONFIG_SET_STRING,
        text(arena, key).address(),
        text(arena, value).address(),
        0);
  }

  /** Binds {@code source} on {@code target}. */
  public static void bind(String source, Path target) throws KernelException {
    mount(source, target, MS_BIND);
  }

  /** Makes a mount one that can't be written to through it. */
  static void makeReadOnly(Path target) throws KernelException {
    mount("none", target, MS_REMOUNT | MS_BIND | MS_RDONLY);
  }

  /** No mount of this namespace spreads to others, or comes from them, from now on. */
  static void makePrivate() throws KernelException {
    mount("none", Path.of("/"), MS_REC | MS_PRIVATE);
  }

  private static void mount(String source, Path target, long flags) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      Syscall.MOUNT.call(
          source + " on " + target,
          text(arena, source).address(),
          text(arena, target.toString()).address(),
          0,
          flags);
    }
  }

  /** A copy of the mount at {@code place}, mounted nowhere yet (open_tree(2)). */
  static Fd copy(Fd place) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      return new Fd(
          Syscall.OPEN_TREE.call(
              place.subject(),
              place.number(),
              text(arena, "").address(),
              OPEN_TREE_CLONE | AT_EMPTY_PATH | O_CLOEXEC),
          place.subject());
    }
  }

  /** Mounts a copy at {@code target} (move_mount(2)). */
  static void attach(Fd copy, Fd target) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nothing = text(arena, "");
      long result =
          Syscall.MOVE_MOUNT.raw(
              copy.number(),
              nothing.address(),
              target.number(),
              nothing.address(),
              MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
      if (result < 0) {
        throw new KernelException("mount on", target.subject(), (int) -result);
      }
    }
  }

  /** Whether what is open can't be written to where it is mounted (statvfs(3), ST_RDONLY). */
  public static boolean isReadOnly(Fd place) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(120, 8);
      Syscall.FSTATFS.call(place.subject(), place.number(), status.address());
      return (status.get(ValueLayout.JAVA_LONG, 80) & ST_RDONLY) != 0;
    }
  }

  /**
   * Mounts as mount(2) does; a read-only bind takes two calls.
   *
   * @param type a file system; ignored for a bind
   */
  public static void mount(String device, Path target, String type, MountFlags how)
      throws KernelException {
    String subject = device + " on " + target;
    try (Arena arena = Arena.ofConfined()) {
      long data = text(arena, how.data()).address();
      Syscall.MOUNT.call(
          subject,
          text(arena, device).address(),
          text(arena, target.toString()).address(),
          text(arena, type).address(),
          how.flags(),
          data);
      if (how.isReadOnlyBind()) {
        Syscall.MOUNT.call(
            subject,
            0,
            text(arena, target.toString()).address(),
            0,
            how.flags() | MountFlags.REMOUNT);
      }
    }
  }

  /** Whether something is mounted at the path itself. */
  public static boolean isMounted(Path target) throws IOException {
    return below(target).contains(target);
  }

  /**
   * The mount that a path is on.
   *
   * @param shared mounts below it are told to its peers
   * @param slave mounts below its master come to it
   */
  public record Holding(Path point, boolean shared, boolean slave) {}

  /** The mount that {@code path}, which has no links in it, is on (proc(5), mountinfo). */
  public static Holding holding(Path path) throws IOException {
    Holding found = new Holding(Path.of("/"), false, false);
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String[] fields = line.split(" ");
      Path point = Path.of(unescape(fields[4]));
      if (path.startsWith(point) && point.getNameCount() >= found.point().getNameCount()) {
        List<String> optional = List.of(fields).subList(6, List.of(fields).indexOf("-"));
        found =
            new Holding(
                point,
                optional.stream().anyMatch(field -> field.startsWith("shared:")),
                optional.stream().anyMatch(field -> field.startsWith("master:")));
      }
    }
    return found;
  }

  /** Unmounts lazily; answers false where nothing was mounted there. */
  public static boolean unmount(Path target) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      long result =
          Syscall.UMOUNT2.raw(
              text(arena, target.toString()).address(), MNT_DETACH | UMOUNT_NOFOLLOW, 0, 0, 0);
      if (result == -Errno.EINVAL || result == -Errno.ENOENT) {
        return false;
      }
      if (result < 0) {
        throw new KernelException("unmount", target.toString(), (int) -result);
      }
      return true;
    }
  }

  /**
   * Mount points at or below {@code root}, deepest last, as the kernel has them (proc(5),
   * mountinfo).
   */
  public static List<Path> below(Path root) throws IOException {
    String prefix = root.toString();
    List<Path> points = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String point = unescape(line.split(" ", 6)[4]);
      if (point.equals(prefix) || point.startsWith(prefix + "/")) {
        points.add(Path.of(point));
      }
    }
    return points;
  }

  private static String unescape(String text) {
    return text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  static MemorySegment text(Arena arena, String value) {
    return arena.allocateFrom(value);
  }
}
