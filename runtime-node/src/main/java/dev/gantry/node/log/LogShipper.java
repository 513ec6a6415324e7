package dev.gantry.node.log;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.LogBatch;
import dev.gantry.events.LogBatchCodec;
import dev.gantry.events.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the output of all containers of the node from their files to Kafka, each from where it
 * left off, in order, at least once. One thread of low priority, a bounded amount under way: what
 * the broker does not take stays in the files.
 */
public final class LogShipper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogShipper.class);
  private static final long IN_FLIGHT_LIMIT = 4L << 20;
  private static final long ROUND_MILLIS = 250;
  private static final long REMEMBER_MILLIS = 1000;
  private static final long GIVE_WAY_MILLIS = 100;
  private static final long GIVE_WAY_AT_MOST_NANOS = 5_000_000_000L;

  private final NodeId node;
  private final OrphanLogs orphans;
  private final Supplier<Producer<String, byte[]>> producers;
  private final Runnable lowerPriority;
  private final Map<ContainerId, Shipment> active = new ConcurrentHashMap<>();
  private final AtomicLong inFlight = new AtomicLong();
  private final AtomicInteger reading = new AtomicInteger();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean failing;
  private volatile long readingSince;
  private long rememberedAt;

  /**
   * @param producers makes the producer when there is something to ship
   * @param lowerPriority called on the shipping thread
   */
  public LogShipper(
      NodeId node,
      Path orphanRoot,
      long orphanLimit,
      Supplier<Producer<String, byte[]>> producers,
      Runnable lowerPriority) {
    this.node = node;
    this.orphans = new OrphanLogs(orphanRoot, orphanLimit);
    this.producers = producers;
    this.lowerPriority = lowerPriority;
    this.thread = Thread.ofPlatform().name("log-shipper").daemon(true).unstarted(this::run);
  }

  public void start() throws IOException {
    for (Shipment left : orphans.load()) {
      active.put(left.container(), left);
    }
    thread.start();
  }

  /** The container may write from now on; called again it changes nothing. */
  public void track(ContainerId container, TeamId team, Path logFile, Path offsetFile)
      throws IOException {
    Shipment shipment = active.get(container);
    if (shipment == null) {
      shipment = new Shipment(container, team, logFile, offsetFile);
      active.put(container, shipment);
    }
    shipment.ended(false);
  }

  /** Nothing more comes from the container's present run. */
  public void ended(ContainerId container) {
    Shipment shipment = active.get(container);
    if (shipment != null) {
      shipment.ended(true);
    }
  }

  /**
   * Takes the output of a container that is being removed: its files are moved, and shipped from
   * there to the end.
   */
  public void handOver(ContainerId container, TeamId team, Path logFile, Path offsetFile)
      throws IOException {
    Shipment shipment = active.get(container);
    if (shipment == null) {
      shipment = new Shipment(container, team, logFile, offsetFile);
    }
    if (orphans.take(container, team, logFile, offsetFile)) {
      shipment.removed(orphans.logOf(container, team), orphans.offsetOf(container, team));
      active.put(container, shipment);
      wake.release();
    } else {
      active.remove(container);
    }
  }

  /** Up to where log-service has a container's output; all of it where nothing is to be shipped. */
  public long shipped(ContainerId container) {
    Shipment shipment = active.get(container);
    return shipment == null ? Long.MAX_VALUE : shipment.acknowledged();
  }

  /** A container's output before {@code offset} is not there any more. */
  public void trimmed(ContainerId container, long offset) {
    Shipment shipment = active.get(container);
    if (shipment != null) {
      shipment.skipTo(offset);
    }
  }

  /** How many containers have output that is not yet acknowledged. */
  public int backlog() {
    return active.size();
  }

  /**
   * A client waits for output that is there already: until the answer is closed, for seconds at
   * most from the first of several such clients, shipping goes on slowly, as the broker and the
   * services behind it need the same processors.
   */
  public AutoCloseable giveWay() {
    if (reading.getAndIncrement() == 0) {
      readingSince = System.nanoTime();
    }
    return reading::decrementAndGet;
  }

  private boolean givesWay() {
    return reading.get() > 0 && System.nanoTime() - readingSince < GIVE_WAY_AT_MOST_NANOS;
  }

  private void run() {
    lowerPriority.run();
    Producer<String, byte[]> producer = null;
    while (!closed) {
      try {
        boolean more = false;
        if (!active.isEmpty()) {
          producer = producer == null ? producers.get() : producer;
          more = round(producer);
        }
        if (failing) {
          pause();
        } else if (more && givesWay()) {
          Thread.sleep(GIVE_WAY_MILLIS);
        } else if (!more) {
          wake.tryAcquire(ROUND_MILLIS, TimeUnit.MILLISECONDS);
          wake.drainPermits();
        }
      } catch (InterruptedException _) {
        break;
      } catch (IOException | RuntimeException e) {
        log.warn("cannot ship output: {}", e.toString());
        pause();
      }
    }
    if (producer != null) {
      producer.close(Duration.ofSeconds(2));
    }
  }

  private void pause() {
    try {
      wake.tryAcquire(2, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One batch of each container; true where more is waiting and may be sent. */
  private boolean round(Producer<String, byte[]> producer) throws IOException {
    boolean more = false;
    for (Shipment shipment : active.values()) {
      if (closed || inFlight.get() > IN_FLIGHT_LIMIT) {
        return false;
      }
      var batch = shipment.next(node);
      if (batch.isPresent()) {
        send(producer, shipment, batch.get());
        more = true;
      }
    }
    long now = System.nanoTime() / 1_000_000;
    if (!more || now - rememberedAt > REMEMBER_MILLIS) {
      rememberedAt = now;
      settle();
    }
    return more;
  }

  private void send(Producer<String, byte[]> producer, Shipment shipment, LogBatch batch) {
    byte[] encoded = LogBatchCodec.encode(batch);
    inFlight.addAndGet(encoded.length);
    var record =
        new ProducerRecord<>(Topics.LOG_BATCHES.topic(), shipment.container().value(), encoded);
    var unused =
        producer.send(
            record,
            (_, error) -> {
              inFlight.addAndGet(-encoded.length);
              failing = error != null;
              if (error == null) {
                shipment.acknowledge(batch);
                wake.release();
              } else {
                log.warn("cannot ship output of {}: {}", shipment.container(), error.toString());
                shipment.rewind();
              }
            });
  }

  /** Writes offsets down, forgets removed containers that are done and keeps the bound. */
  private void settle() throws IOException {
    for (Shipment shipment : List.copyOf(active.values())) {
      if (shipment.isRemoved() && shipment.isDrained()) {
        active.remove(shipment.container());
        orphans.delete(shipment.container(), shipment.team());
      } else {
        boolean done = shipment.isEnded() && shipment.isDrained();
        shipment.remember();
        if (done && shipment.isEnded()) {
          active.remove(shipment.container(), shipment);
        }
      }
    }
    for (ContainerId dropped : orphans.enforceLimit()) {
      active.remove(dropped);
    }
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
    try {
      thread.join(3000);
      for (Shipment shipment : active.values()) {
        shipment.remember();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("cannot write down how far output was shipped: {}", e.toString());
    }
  }
}
