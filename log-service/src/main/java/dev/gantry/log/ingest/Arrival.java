package dev.gantry.log.ingest;

import dev.gantry.events.LogBatch;
import java.util.List;
import java.util.Optional;

/**
 * What a batch brings to a reader that has a log file up to an offset.
 *
 * <pre>
 * have      1000                     1000                  1000
 * batch     [400 .. 900)             [600 .. 1300)         [1200 .. 1500)
 * arrival   nothing                  the entries from      all, behind a gap
 *                                    1000 on               of 200 bytes
 * </pre>
 *
 * @param entries those that are new
 * @param missing the stretch before them that never came
 * @param have the offset from now on
 */
record Arrival(List<LogBatch.Entry> entries, Optional<Missing> missing, long have) {

  /** Bytes of the log file. */
  record Missing(long from, long to) {}

  /**
   * Compares a batch with what is there.
   *
   * @throws IllegalArgumentException where the batch contradicts itself
   */
  static Arrival of(LogBatch batch, long have) {
    long size = 0;
    for (LogBatch.Entry entry : batch.entries()) {
      if (entry.size() <= 0 || entry.stream() < 1 || entry.stream() > 2) {
        throw new IllegalArgumentException(
            "an entry of " + entry.size() + " bytes on stream " + entry.stream());
      }
      size += entry.size();
    }
    if (size != batch.nextOffset() - batch.offset()) {
      throw new IllegalArgumentException(
          "entries of " + size + " bytes from " + batch.offset() + " to " + batch.nextOffset());
    }
    if (batch.nextOffset() <= have) {
      return new Arrival(List.of(), Optional.empty(), have);
    }
    if (batch.offset() >= have) {
      Optional<Missing> missing =
          batch.offset() == have
              ? Optional.empty()
              : Optional.of(new Missing(have, batch.offset()));
      return new Arrival(batch.entries(), missing, batch.nextOffset());
    }
    int first = 0;
    long at = batch.offset();
    // An entry of which only a part was there is taken in whole: better twice than not at all.
    while (at + batch.entries().get(first).size() <= have) {
      at += batch.entries().get(first).size();
      first++;
    }
    List<LogBatch.Entry> rest = batch.entries().subList(first, batch.entries().size());
    return new Arrival(rest, Optional.empty(), batch.nextOffset());
  }
}
