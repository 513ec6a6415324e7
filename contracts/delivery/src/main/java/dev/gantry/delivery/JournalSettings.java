package dev.gantry.delivery;

import java.nio.file.Path;
import java.util.Set;

/**
 * Where and how large an {@link EventJournal} is.
 *
 * @param directory its own folder, made when absent
 * @param segmentBytes size at which a new segment file is begun
 * @param limitBytes unpublished bytes at which events are refused; snapshots are let in up to a
 *     quarter beyond it
 * @param recordBytes largest message; larger ones are refused at once, as the broker would refuse
 *     them
 * @param snapshotTopics topics on which a later message of a key supersedes the earlier ones
 */
public record JournalSettings(
    Path directory,
    int segmentBytes,
    long limitBytes,
    int recordBytes,
    Set<String> snapshotTopics) {

  /** 16 MiB segments, 512 MiB of unpublished messages, 900 KiB a message. */
  public static JournalSettings in(Path directory, Set<String> snapshotTopics) {
    return new JournalSettings(directory, 16 << 20, 512L << 20, 900 << 10, snapshotTopics);
  }

  public JournalSettings {
    if (segmentBytes < 4096 || limitBytes < segmentBytes || recordBytes < 1) {
      throw new IllegalArgumentException(
          "cannot use journal settings: segment "
              + segmentBytes
              + ", limit "
              + limitBytes
              + ", record "
              + recordBytes);
    }
    snapshotTopics = Set.copyOf(snapshotTopics);
  }
}
