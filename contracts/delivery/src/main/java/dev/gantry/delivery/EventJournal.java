package dev.gantry.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A durable queue of messages on disk, for a process without a database: first the journal, then
 * Kafka.
 *
 * <pre>{@code
 * EventJournal journal = EventJournal.open(JournalSettings.in(dir, snapshotTopics), InstantSource.system(), intent -> interrupted(intent));
 * JournalRelay relay = new JournalRelay(journal, kafka, deadLetter, Duration.ofMillis(20));
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
  /** So many segments that were published may stay for the sake of an open intent. */
  private static final int MOST_KEPT_SEGMENTS = 4;

  private final JournalSettings settings;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ReentrantLock forcing = new ReentrantLock();
  private final List<JournalSegment> segments = new ArrayList<>();
  private final Map<String, OpenIntent> intents = new LinkedHashMap<>();
  private final Map<String, Long> intentSegments = new HashMap<>();
  private final Map<String, Long> latestSnapshots = new HashMap<>();
  private long nextNumber = 1;
  private long published;
  private long pendingCount;
  private long pendingBytes;
  private @Nullable Instant oldest;
  private long refused;
  private long superseded;
  private int corrupt;
  private volatile long durable;
  private boolean closed;

  private int readSegment;
  private long readOffset;

  private EventJournal(JournalSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Opens or makes the journal; a torn tail is cut.
   *
   * @param interrupted makes the outcome of an intent that the last process left open; it is
   *     settled with that before this method returns
   */
  public static EventJournal open(
      JournalSettings settings, InstantSource clock, Function<OpenIntent, Message> interrupted) {
    EventJournal journal = new EventJournal(settings, clock);
    try {
      journal.load();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open journal " + settings.directory(), e);
    }
    for (OpenIntent open : List.copyOf(journal.intents.values())) {
      journal.settle(open.id(), interrupted.apply(open));
    }
    return journal;
  }

  /** For journals without intents. */
  public static EventJournal open(JournalSettings settings, InstantSource clock) {
    return open(
        settings,
        clock,
        intent -> {
          throw new IllegalStateException("a journal without intents has intent " + intent.id());
        });
  }

  private void load() throws IOException {
    Files.createDirectories(settings.directory());
    published = readPosition();
    List<Path> files;
    try (Stream<Path> all = Files.list(settings.directory())) {
      files = all.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
    for (int i = 0; i < files.size(); i++) {
      JournalSegment.Opened opened = JournalSegment.open(files.get(i), i == files.size() - 1);
      corrupt += opened.corrupt() ? 1 : 0;
      segments.add(opened.segment());
      for (JournalFrame frame : opened.frames()) {
        nextNumber = frame.number() + 1;
        note(frame, opened.segment().first(), frame.encode().length + 8);
      }
    }
    nextNumber = Math.max(nextNumber, published + 1);
    durable = nextNumber - 1;
    if (segments.isEmpty()) {
      segments.add(JournalSegment.create(settings.directory(), nextNumber));
    }
  }

  private void note(JournalFrame frame, long segment, int bytes) {
    switch (frame.kind()) {
      case INTENT -> {
        String id = String.valueOf(frame.id());
        byte[] note = frame.note();
        intents.put(id, new OpenIntent(id, note == null ? new byte[0] : note, frame.at()));
        intentSegments.put(id, segment);
      }
      case OUTCOME -> {
        intents.remove(String.valueOf(frame.id()));
        intentSegments.remove(String.valueOf(frame.id()));
      }
      case MESSAGE -> {}
    }
    Message message = frame.message();
    if (message != null && frame.number() > published) {
      pendingCount++;
      pendingBytes += bytes;
      if (oldest == null) {
        oldest = frame.at();
      }
      if (settings.snapshotTopics().contains(message.topic())) {
        latestSnapshots.put(snapshotKey(message), frame.number());
      }
    }
  }

  private static String snapshotKey(Message message) {
    return message.topic() + '\n' + message.key();
  }

  /**
   * Takes a message; when this returns it survives the death of the process, not yet a power cut.
   * Returns its number.
   */
  public long append(Message message) {
    return write(JournalFrame.Kind.MESSAGE, null, null, message);
  }

  /** Takes a message and waits until it is on the disk; concurrent callers share one fsync. */
  public long appendDurable(Message message) {
    long number = append(message);
    awaitDurable(number);
    return number;
  }

  /** Waits until the message of that number, and so all before it, are on the disk. */
  public void awaitDurable(long number) {
    if (durable >= number) {
      return;
    }
    forcing.lock();
    try {
      if (durable >= number) {
        return;
      }
      JournalSegment active;
      long target;
      lock.lock();
      try {
        active = segments.getLast();
        target = nextNumber - 1;
      } finally {
        lock.unlock();
      }
      active.force();
      durable = Math.max(durable, target);
    } catch (IOException e) {
      if (!isSafe(number)) {
        throw new JournalRefusedException("the disk did not take it", e);
      }
    } finally {
      forcing.unlock();
    }
  }

  /** Whether it is on the disk, or the broker has it and its segment is gone. */
  private boolean isSafe(long number) {
    lock.lock();
    try {
      return durable >= number || published >= number;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Records that something is about to be done; not published. The note is what {@code interrupted}
   * will get.
   */
  public long intend(String id, byte[] note) {
    return write(JournalFrame.Kind.INTENT, id, note, null);
  }

  /**
   * Records and publishes the outcome of an intent. An unknown id is no error: the outcome is
   * published all the same.
   */
  public long settle(String id, Message outcome) {
    return write(JournalFrame.Kind.OUTCOME, id, null, outcome);
  }

  private long write(
      JournalFrame.Kind kind,
      @Nullable String id,
      byte @Nullable [] note,
      @Nullable Message message) {
    lock.lock();
    try {
      if (closed) {
        throw new JournalRefusedException("it is closed");
      }
      JournalFrame frame = new JournalFrame(kind, nextNumber, clock.instant(), id, note, message);
      byte[] body = frame.encode();
      admit(kind, message, body.length);
      add(frame, body);
      arrived.signalAll();
      return frame.number();
    } catch (IOException e) {
      refused++;
      throw new JournalRefusedException("the disk did not take it", e);
    } finally {
      lock.unlock();
    }
  }

  private void add(JournalFrame frame, byte[] body) throws IOException {
    if (segments.getLast().size() > settings.segmentBytes()) {
      // What is in a full segment is on the disk before the next one begins.
      segments.getLast().force();
      segments.add(JournalSegment.create(settings.directory(), nextNumber));
    }
    JournalSegment active = segments.getLast();
    int bytes = active.append(body);
    nextNumber++;
    note(frame, active.first(), bytes);
  }

  private void admit(JournalFrame.Kind kind, @Nullable Message message, int bytes) {
    boolean outcome = kind == JournalFrame.Kind.OUTCOME;
    boolean snapshot = message != null && settings.snapshotTopics().contains(message.topic());
    long limit =
        outcome || snapshot
            ? settings.limitBytes() + settings.limitBytes() / 4
            : settings.limitBytes();
    if (bytes > settings.recordBytes()) {
      refused++;
      throw new JournalRefusedException("a message of " + bytes + " bytes is too large");
    }
    if (pendingBytes + bytes > limit) {
      refused++;
      throw new JournalRefusedException(
          "it is full: the broker has not taken " + pendingCount + " messages");
    }
  }

  public JournalStatus status() {
    lock.lock();
    try {
      Duration age =
          oldest == null || pendingCount == 0
              ? Duration.ZERO
              : Duration.between(oldest, clock.instant());
      return new JournalStatus(
          pendingCount, pendingBytes, age, intents.size(), refused, superseded, corrupt);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Messages to publish next.
   *
   * @param last the number of the last record that it covers
   * @param count messages that it covers, the superseded ones included
   * @param bytes what those take
   */
  record Batch(List<Message> messages, long last, long count, long bytes) {}

  /**
   * Waits for messages, at most {@code wait}; an empty batch may still have to be acknowledged.
   *
   * @param gather how long to wait for more behind the first that comes
   */
  Batch next(int limit, Duration wait, Duration gather) throws InterruptedException, IOException {
    lock.lock();
    try {
      long nanos = wait.toNanos();
      boolean idle = false;
      while (readSegment == segments.size() - 1
          && readOffset >= segments.getLast().size()
          && !closed) {
        if (nanos <= 0) {
          return new Batch(List.of(), published, 0, 0);
        }
        nanos = arrived.awaitNanos(nanos);
        idle = true;
      }
      nanos = idle ? gather.toNanos() : 0;
      while (nanos > 0 && !closed) {
        nanos = arrived.awaitNanos(nanos);
      }
      int segment = readSegment;
      long offset = readOffset;
      try {
        return readBatch(limit);
      } catch (IOException e) {
        readSegment = segment;
        readOffset = offset;
        throw e;
      }
    } finally {
      lock.unlock();
    }
  }

  private Batch readBatch(int limit) throws IOException {
    List<Message> messages = new ArrayList<>();
    long last = published;
    long count = 0;
    long bytes = 0;
    while (messages.size() < limit) {
      JournalSegment.Read read = segments.get(readSegment).read(readOffset);
      if (read == null) {
        if (readSegment == segments.size() - 1) {
          break;
        }
        readSegment++;
        readOffset = 0;
        continue;
      }
      JournalFrame frame = read.frame();
      Message message = frame.message();
      if (frame.number() > published) {
        last = frame.number();
        if (message != null) {
          if (isSuperseded(message, frame.number())) {
            superseded++;
          } else {
            messages.add(message);
          }
          count++;
          bytes += read.next() - readOffset;
        }
      }
      readOffset = read.next();
    }
    return new Batch(messages, last, count, bytes);
  }

  private boolean isSuperseded(Message message, long number) {
    if (!settings.snapshotTopics().contains(message.topic())) {
      return false;
    }
    Long latest = latestSnapshots.get(snapshotKey(message));
    if (latest == null || latest <= number) {
      latestSnapshots.remove(snapshotKey(message));
      return false;
    }
    return true;
  }

  /**
   * The broker has all of the batch; segments that nobody needs are removed. Where the disk fails,
   * the batch is acknowledged all the same, and the next one tidies up behind it.
   */
  void acknowledge(Batch batch) throws IOException {
    lock.lock();
    try {
      if (batch.last() <= published) {
        return;
      }
      published = batch.last();
      pendingCount -= batch.count();
      pendingBytes -= batch.bytes();
      oldest = pendingCount == 0 ? null : oldest;
      writePosition(published);
      removeSegments();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes the segments that were read, oldest first, as an outcome must not go before its intent.
   * Intents that stay open, as those of a follower for days, are written again behind the rest, so
   * that they do not keep all that came after them.
   */
  private void removeSegments() throws IOException {
    if (readSegment > MOST_KEPT_SEGMENTS) {
      long firstUnread = segments.get(readSegment).first();
      List<OpenIntent> old =
          intents.values().stream()
              .filter(open -> intentSegments.getOrDefault(open.id(), 0L) < firstUnread)
              .toList();
      for (OpenIntent open : old) {
        JournalFrame again =
            new JournalFrame(
                JournalFrame.Kind.INTENT, nextNumber, open.at(), open.id(), open.note(), null);
        add(again, again.encode());
      }
      segments.getLast().force();
    }
    long oldestIntent =
        intentSegments.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    while (readSegment > 0 && segments.getFirst().first() < oldestIntent) {
      segments.removeFirst().delete();
      readSegment--;
    }
  }

  private Path positionFile() {
    return settings.directory().resolve("published");
  }

  private long readPosition() throws IOException {
    try {
      return Long.parseLong(Files.readString(positionFile()).strip());
    } catch (NoSuchFileException | NumberFormatException _) {
      return 0;
    }
  }

  /** Not forced: a position that is too old after a power cut only repeats messages. */
  private void writePosition(long number) throws IOException {
    Path beside = settings.directory().resolve("published.new");
    Files.writeString(beside, Long.toString(number));
    Files.move(beside, positionFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
      for (JournalSegment segment : segments) {
        segment.force();
        segment.close();
      }
      durable = nextNumber - 1;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close journal " + settings.directory(), e);
    } finally {
      lock.unlock();
    }
  }
}
