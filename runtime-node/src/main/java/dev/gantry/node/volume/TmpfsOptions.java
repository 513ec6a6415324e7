package dev.gantry.node.volume;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options of a tmpfs (tmpfs(5)), of which the last word on each thing counts. Who asks for
 * nothing gets no programs, no devices and no set-id there.
 */
final class TmpfsOptions {
  private static final Map<String, Pattern> VALUES =
      Map.of(
          "size", Pattern.compile("[0-9]{1,18}[kKmMgG%]?"),
          "nr_blocks", Pattern.compile("[0-9]{1,18}[kKmMgG]?"),
          "nr_inodes", Pattern.compile("[0-9]{1,18}[kKmMgG]?"),
          "mode", Pattern.compile("[0-7]{1,4}"),
          "uid", Pattern.compile("[0-9]{1,10}"),
          "gid", Pattern.compile("[0-9]{1,10}"));
  private static final Set<String> FLAGS =
      Set.of(
          "exec",
          "noexec",
          "suid",
          "nosuid",
          "dev",
          "nodev",
          "sync",
          "async",
          "atime",
          "noatime",
          "diratime",
          "nodiratime",
          "relatime",
          "norelatime",
          "strictatime",
          "nostrictatime");

  private final Map<String, String> options = new LinkedHashMap<>();
  private boolean readOnly;

  TmpfsOptions() {
    options.put("noexec", "");
    options.put("nosuid", "");
    options.put("nodev", "");
  }

  /** Takes a word, or answers it back where it means nothing to a tmpfs. */
  Optional<String> add(String word) {
    String[] pair = word.split("=", 2);
    String name = pair[0];
    if (word.equals("ro") || word.equals("rw")) {
      readOnly = word.equals("ro");
    } else if (pair.length == 2) {
      Pattern form = VALUES.get(name);
      if (form == null || !form.matcher(pair[1]).matches()) {
        return Optional.of(word);
      }
      options.put(name, pair[1]);
    } else if (FLAGS.contains(name)) {
      options.remove(opposite(name));
      options.put(name, "");
    } else if (MountMode.PROPAGATIONS.contains(name)) {
      options.keySet().removeAll(MountMode.PROPAGATIONS);
      options.put(name, "");
    } else if (!name.isEmpty()) {
      return Optional.of(word);
    }
    return Optional.empty();
  }

  private static String opposite(String flag) {
    return switch (flag) {
      case "sync" -> "async";
      case "async" -> "sync";
      default -> flag.startsWith("no") ? flag.substring(2) : "no" + flag;
    };
  }

  boolean readOnly() {
    return readOnly;
  }

  Map<String, String> options() {
    return options;
  }
}
