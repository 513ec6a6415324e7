package dev.gantry.delivery;

import java.time.InstantSource;
import java.util.function.Function;

/**
 * A durable queue of messages on disk, for a process without a database: first the journal, then
 * Kafka.
 *
 * <pre>{@code
 * EventJournal journal = EventJournal.open(JournalSettings.in(dir, snapshotTopics), InstantSource.system(), intent -> interrupted(intent));
 * JournalRelay relay = new JournalRelay(journal, kafka, deadLetter);
 * relay.start();
 * journal.append(message);        // survives kill -9 of this process
 * journal.appendDurable(message); // survives a power cut as well
 * }</pre>
 *
 * <p>Any thread may append; the order of appends is the order of publication. A full journal
 * refuses ({@link JournalRefusedException}), it never drops an event and never waits for the
 * broker.
 */
public final class EventJournal implements AutoCloseable {

  private EventJournal() {}

  /**
   * Opens or makes the journal; a torn tail is cut.
   *
   * @param interrupted makes the outcome of an intent that the last process left open; it is
   *     settled with that before this method returns
   */
  public static EventJournal open(
      JournalSettings settings, InstantSource clock, Function<OpenIntent, Message> interrupted) {
    throw new UnsupportedOperationException();
  }

  /** For journals without intents. */
  public static EventJournal open(JournalSettings settings, InstantSource clock) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a message; when this returns it survives the death of the process, not yet a power cut.
   * Returns its number.
   */
  public long append(Message message) {
    throw new UnsupportedOperationException();
  }

  /** Takes a message and waits until it is on the disk; concurrent callers share one fsync. */
  public long appendDurable(Message message) {
    throw new UnsupportedOperationException();
  }

  /** Waits until the message of that number, and so all before it, are on the disk. */
  public void awaitDurable(long number) {
    throw new UnsupportedOperationException();
  }

  /**
   * Records that something is about to be done; not published. The note is what {@code interrupted}
   * will get.
   */
  public long intend(String id, byte[] note) {
    throw new UnsupportedOperationException();
  }

  /**
   * Records and publishes the outcome of an intent. An unknown id is no error: the outcome is
   * published all the same.
   */
  public long settle(String id, Message outcome) {
    throw new UnsupportedOperationException();
  }

  public JournalStatus status() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
