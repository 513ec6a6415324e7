package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;

/** What a process has printed so far, for tests that type and wait for an answer. */
final class TerminalText {
  private final StringBuffer text = new StringBuffer();
  private final Thread reader;

  private TerminalText(Process process) {
    reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  byte[] buffer = new byte[8192];
                  try (var stream = process.getInputStream()) {
                    for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                      text.append(new String(buffer, 0, n, UTF_8));
                    }
                  } catch (IOException _) {
                    // The terminal was closed: what it said is all there is.
                  }
                });
  }

  static TerminalText of(Process process) {
    return new TerminalText(process);
  }

  String text() {
    return text.toString();
  }

  void await(String expected) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .failFast(
            "the process ended with: " + text,
            () -> !reader.isAlive() && !text().contains(expected))
        .until(() -> text().contains(expected));
  }

  void awaitEnd() throws InterruptedException {
    reader.join();
  }
}
