package dev.gantry.ops.e2e;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Waiting for what a container writes. */
final class Logs {
  private Logs() {}

  static void await(Docker docker, String container, String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> docker.run("logs", container).out().contains(text));
  }
}
