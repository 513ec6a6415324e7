package dev.gantry.delivery;

import java.time.Duration;

/**
 * Creates the platform's topics, in the background, trying until the broker is there. Any process
 * may do it, any number of times.
 */
public final class TopicAdmin implements AutoCloseable {

  public TopicAdmin(KafkaClients kafka) {
    throw new UnsupportedOperationException();
  }

  /** Returns at once; never fails because the broker is away. */
  public void start() {}

  /** True once all topics were seen to exist. */
  public boolean ready() {
    throw new UnsupportedOperationException();
  }

  public boolean awaitReady(Duration atMost) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
