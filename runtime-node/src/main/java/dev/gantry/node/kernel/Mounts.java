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
  private static final long MOUNT_ATTR_RDONLY = 1;
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
    try (Fd mount = overlay(lower, above, "overlay on " + target)) {
      attach(mount, target.toString());
    }
  }

  /** An overlay, mounted nowhere yet; who closes it unmounts it where it still is not. */
  public static Fd detachedOverlay(List<Path> lower, Path upper, Path work) throws KernelException {
    return overlay(lower, Map.of("upperdir", upper, "workdir", work), "overlay of " + upper);
  }

  /** The same of one that can't be written to, of two layers at least. */
  public static Fd detachedOverlay(List<Path> lower) throws KernelException {
    return overlay(lower, Map.of(), "overlay of " + lower.getFirst());
  }

  private static Fd overlay(List<Path> lower, Map<String, Path> above, String subject)
      throws KernelException {
    try (Arena arena = Arena.ofConfined();
        Fd context = context(arena, "overlay", subject)) {
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
      return made(context);
    }
  }

  /** A file system in memory with these folders, mounted nowhere yet. */
  static Fd tmpfs(String... folders) throws KernelException {
    try (Arena arena = Arena.ofConfined();
        Fd context = context(arena, "tmpfs", "tmpfs")) {
      Fd mount = made(context);
      for (String folder : folders) {
        Syscall.MKDIRAT.call(folder, mount.number(), text(arena, folder).address(), 0700);
      }
      return mount;
    }
  }

  private static Fd context(Arena arena, String type, String subject) throws KernelException {
    return new Fd(
        Syscall.FSOPEN.call(subject, text(arena, type).address(), FSOPEN_CLOEXEC), subject);
  }

  private static Fd made(Fd context) throws KernelException {
    Syscall.FSCONFIG.call(context.subject(), context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0);
    return new Fd(
        Syscall.FSMOUNT.call(context.subject(), context.number(), FSMOUNT_CLOEXEC, 0),
        context.subject());
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

  /**
   * A copy of the mount at {@code place}, mounted nowhere yet (open_tree(2)), to which nothing
   * spreads and from which nothing does.
   */
  static Fd copy(Fd place) throws KernelException {
    return copy(place, false);
  }

  /** A copy of what the host has at a path, links followed. */
  public static Fd copy(Path path, boolean readOnly) throws KernelException {
    try (Fd place = RootedPaths.locateAnything(path)) {
      return copy(place, readOnly);
    }
  }

  /** The same, which can't be written to through the copy. */
  public static Fd copy(Fd place, boolean readOnly) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      long here = text(arena, "").address();
      Fd copy =
          new Fd(
              Syscall.OPEN_TREE.call(
                  place.subject(),
                  place.number(),
                  here,
                  OPEN_TREE_CLONE | AT_EMPTY_PATH | O_CLOEXEC),
              place.subject());
      try {
        // struct mount_attr (mount_setattr(2))
        MemorySegment attributes = arena.allocate(32, 8);
        attributes.set(ValueLayout.JAVA_LONG, 0, readOnly ? MOUNT_ATTR_RDONLY : 0);
        attributes.set(ValueLayout.JAVA_LONG, 16, MS_PRIVATE);
        Syscall.MOUNT_SETATTR.call(
            place.subject(),
            copy.number(),
            here,
            AT_EMPTY_PATH,
            attributes.address(),
            attributes.byteSize());
        return copy;
      } catch (KernelException e) {
        copy.close();
        throw e;
      }
    }
  }

  /** Mounts what is mounted nowhere yet at {@code target} (move_mount(2)). */
  static void attach(Fd mount, Fd target) throws KernelException {
    attach(mount, target.number(), "", target.subject());
  }

  static void attach(Fd mount, String target) throws KernelException {
    attach(mount, AT_FDCWD, target, target);
  }

  private static void attach(Fd mount, int folder, String path, String subject)
      throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      long result =
          Syscall.MOVE_MOUNT.raw(
              mount.number(),
              text(arena, "").address(),
              folder,
              text(arena, path).address(),
              MOVE_MOUNT_F_EMPTY_PATH | (path.isEmpty() ? MOVE_MOUNT_T_EMPTY_PATH : 0));
      if (result < 0) {
        throw new KernelException("mount on", subject, (int) -result);
      }
    }
  }

  /** Makes a mount the root of this namespace, and leaves all else behind (pivot_root(2)). */
  static void becomeRoot(Fd mount) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      long here = text(arena, ".").address();
      Syscall.FCHDIR.call(mount.subject(), mount.number());
      Syscall.PIVOT_ROOT.call(mount.subject(), here, here);
      Syscall.UMOUNT2.call(mount.subject(), here, MNT_DETACH);
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
