package dev.gantry.node.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The words of mount(8)'s {@code -o} as mount(2) takes them.
 *
 * @param flags what is not the file system's own business
 * @param data the rest, for the file system
 * @param refused words that change mounts which are there already
 */
public record MountFlags(long flags, String data, List<String> refused) {
  static final long READ_ONLY = 1;
  static final long REMOUNT = 32;
  static final long BIND = 4096;
  private static final long RECURSIVE = 16384;
  private static final Map<String, Long> SET =
      Map.ofEntries(
          Map.entry("ro", READ_ONLY),
          Map.entry("nosuid", 2L),
          Map.entry("nodev", 4L),
          Map.entry("noexec", 8L),
          Map.entry("sync", 16L),
          Map.entry("dirsync", 128L),
          Map.entry("noatime", 1024L),
          Map.entry("nodiratime", 2048L),
          Map.entry("bind", BIND),
          Map.entry("rbind", BIND | RECURSIVE),
          Map.entry("relatime", 1L << 21),
          Map.entry("strictatime", 1L << 24));
  private static final Map<String, Long> CLEARED =
      Map.of(
          "rw",
          READ_ONLY,
          "suid",
          2L,
          "dev",
          4L,
          "exec",
          8L,
          "async",
          16L,
          "atime",
          1024L,
          "diratime",
          2048L,
          "defaults",
          0L);
  private static final Set<String> REFUSED =
      Set.of(
          "remount",
          "move",
          "private",
          "rprivate",
          "shared",
          "rshared",
          "slave",
          "rslave",
          "unbindable",
          "runbindable");

  public static MountFlags parse(String words) {
    long flags = 0;
    List<String> data = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (String word : words.split(",", -1)) {
      Long set = SET.get(word);
      Long cleared = CLEARED.get(word);
      if (set != null) {
        flags |= set;
      } else if (cleared != null) {
        flags &= ~cleared;
      } else if (REFUSED.contains(word)) {
        refused.add(word);
      } else if (!word.isEmpty()) {
        data.add(word);
      }
    }
    return new MountFlags(flags, data.stream().collect(Collectors.joining(",")), refused);
  }

  public boolean isBind() {
    return (flags & BIND) != 0;
  }

  boolean isReadOnlyBind() {
    return isBind() && (flags & READ_ONLY) != 0;
  }
}
