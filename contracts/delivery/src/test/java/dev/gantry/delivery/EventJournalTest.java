package dev.gantry.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal keeps, whatever happens to its threads and files. */
class EventJournalTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;

  @Test
  void anInterruptedWriterClosesNothing() throws Exception {
    try (EventJournal journal = open()) {
      Thread.currentThread().interrupt();
      journal.append(message("first"));
      journal.appendDurable(message("second"));
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
      journal.appendDurable(message("third"));
      assertThat(texts(read(journal))).containsExactly("first", "second", "third");
    }
    try (EventJournal again = open()) {
      assertThat(texts(read(again))).containsExactly("first", "second", "third");
    }
  }

  @Test
  void aMessageIsPendingUntilTheBrokerHasIt() throws Exception {
    try (EventJournal journal = open()) {
      journal.append(message("one"));
      long bytes = journal.status().bytes();
      EventJournal.Batch batch = read(journal);
      assertThat(journal.status().depth()).isEqualTo(1);
      assertThat(journal.status().bytes()).isEqualTo(bytes);
      journal.acknowledge(batch);
      assertThat(journal.status().depth()).isZero();
      assertThat(journal.status().bytes()).isZero();
    }
  }

  @Test
  void anIntentThatStaysOpenKeepsNotAllThatFollows() throws Exception {
    List<OpenIntent> found = new ArrayList<>();
    long open;
    try (EventJournal journal = open()) {
      journal.intend("follower", "note".getBytes(UTF_8));
      open = CLOCK.millis();
      journal.intend("short", new byte[0]);
      journal.settle("short", message("outcome of short"));
      for (int i = 0; i < 2000; i++) {
        journal.append(message("x".repeat(100) + i));
        if (i % 50 == 0) {
          journal.acknowledge(read(journal));
        }
      }
      journal.acknowledge(read(journal));
      assertThat(files()).hasSizeLessThan(8);
      assertThat(journal.status().openIntents()).isEqualTo(1);
    }
    try (EventJournal again =
        EventJournal.open(
            settings(),
            CLOCK,
            intent -> {
              found.add(intent);
              return message("interrupted " + intent.id());
            })) {
      assertThat(texts(read(again))).containsExactly("interrupted follower");
    }
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().note()).isEqualTo("note".getBytes(UTF_8));
    assertThat(found.getFirst().at().toEpochMilli()).as("when it was meant").isLessThan(open + 1);
    try (EventJournal third = open()) {
      assertThat(third.status().openIntents()).isZero();
    }
  }

  @Test
  void aDamagedFileIsKeptAsideAndTheOthersGoOn() throws Exception {
    try (EventJournal journal = open()) {
      IntStream.range(0, 200).forEach(i -> journal.append(message("x".repeat(100) + i)));
    }
    Path first = files().getFirst();
    byte[] content = Files.readAllBytes(first);
    content[content.length / 2] ^= 1;
    Files.write(first, content);
    try (EventJournal again = open()) {
      assertThat(again.status().corrupt()).isEqualTo(1);
      List<String> texts = texts(read(again));
      assertThat(texts).startsWith("x".repeat(100) + 0).endsWith("x".repeat(100) + 199);
      assertThat(texts).hasSizeLessThan(200);
    }
    assertThat(Files.readAllBytes(folder.resolve(first.getFileName() + ".corrupt")))
        .isEqualTo(content);
  }

  private EventJournal open() {
    return EventJournal.open(settings(), CLOCK);
  }

  private JournalSettings settings() {
    return new JournalSettings(folder, 4096, 1 << 20, 4096, Set.of());
  }

  private static EventJournal.Batch read(EventJournal journal) throws Exception {
    return journal.next(10_000, Duration.ZERO, Duration.ZERO);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  private static Message message(String text) {
    return new Message("topic", "key", Map.of(), text.getBytes(UTF_8));
  }

  private static List<String> texts(EventJournal.Batch batch) {
    return batch.messages().stream()
        .map(message -> message.value() == null ? "" : new String(message.value(), UTF_8))
        .toList();
  }
}
