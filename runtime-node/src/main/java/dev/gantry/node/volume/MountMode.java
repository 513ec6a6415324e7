package dev.gantry.node.volume;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words behind the last colon of a {@code -v}: one of each sort at most.
 *
 * @param copyUp null where nothing was said
 */
record MountMode(
    String text, boolean readOnly, @Nullable Boolean copyUp, @Nullable String propagation) {
  static final Set<String> PROPAGATIONS =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
  private static final List<Set<String>> SORTS =
      List.of(
          Set.of("ro", "rw"),
          Set.of("z", "Z"),
          PROPAGATIONS,
          Set.of("nocopy"),
          Set.of("consistent", "cached", "delegated"));

  static MountMode parse(String text) {
    if (!isMode(text)) {
      throw new ServiceException(ErrorCode.INVALID, "invalid mode: " + text);
    }
    List<String> words = words(text);
    return new MountMode(
        text,
        words.contains("ro"),
        words.contains("nocopy") ? false : null,
        words.stream().filter(PROPAGATIONS::contains).findFirst().orElse(null));
  }

  /** The mode of a {@code --volumes-from}, which says nothing of how it is mounted otherwise. */
  static MountMode ofInherited(String text) {
    MountMode mode = parse(text);
    if (mode.copyUp != null || mode.propagation != null) {
      throw new ServiceException(ErrorCode.INVALID, "invalid mode: " + text);
    }
    return mode;
  }

  static boolean isMode(String text) {
    List<String> words = words(text);
    return words.stream().allMatch(word -> SORTS.stream().anyMatch(sort -> sort.contains(word)))
        && SORTS.stream().allMatch(sort -> words.stream().filter(sort::contains).count() <= 1);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }
}
