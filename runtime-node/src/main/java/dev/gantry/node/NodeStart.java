package dev.gantry.node;

import dev.gantry.delivery.JournalRelay;
import dev.gantry.engine.TeamId;
import dev.gantry.node.blob.KeptBlobs;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.config.NodeSettings;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.InspectView;
import dev.gantry.node.health.HealthMonitor;
import dev.gantry.node.journal.Heartbeat;
import dev.gantry.node.journal.NodeJournal;
import dev.gantry.node.lifecycle.LayerUpkeep;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.log.LogShipper;
import dev.gantry.node.network.Leases;
import dev.gantry.node.network.Sandboxes;
import dev.gantry.node.repair.Repair;
import dev.gantry.node.volume.Volumes;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * The order of a start: volumes and containers are read and compared with the kernel, and what
 * differs is repaired, before the first call is served; then facts and output begin to flow.
 */
@Component
class NodeStart implements InitializingBean, DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(NodeStart.class);
  private static final int HEARTBEAT_SECONDS = 2;
  private static final int LOG_LIMIT_SECONDS = 1;
  private static final int UNUSED_LAYERS_SECONDS = 600;
  private static final int LAYER_SYNC_SECONDS = 10;

  private final Volumes volumes;
  private final Operations operations;
  private final Repair repair;
  private final HealthMonitor health;
  private final NodeJournal journal;
  private final InspectView view;
  private final LogShipper shipper;
  private final JournalRelay relay;
  private final Leases leases;
  private final Sandboxes sandboxes;
  private final LayerUpkeep layers;
  private final KeptBlobs keptBlobs;
  private final Heartbeat heartbeat;
  private final NodeFiles files;
  private final NodeSettings settings;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("node-timer").factory());

  NodeStart(
      Volumes volumes,
      Operations operations,
      Repair repair,
      HealthMonitor health,
      NodeJournal journal,
      InspectView view,
      LogShipper shipper,
      JournalRelay relay,
      Leases leases,
      Sandboxes sandboxes,
      LayerUpkeep layers,
      KeptBlobs keptBlobs,
      Heartbeat heartbeat,
      NodeFiles files,
      NodeSettings settings) {
    this.volumes = volumes;
    this.operations = operations;
    this.repair = repair;
    this.health = health;
    this.journal = journal;
    this.view = view;
    this.shipper = shipper;
    this.relay = relay;
    this.leases = leases;
    this.sandboxes = sandboxes;
    this.layers = layers;
    this.keptBlobs = keptBlobs;
    this.heartbeat = heartbeat;
    this.files = files;
    this.settings = settings;
  }

  @Override
  public void afterPropertiesSet() throws IOException {
    volumes.load();
    Instant lastAlive = Alive.lastSeen(files);
    repair.start(record -> publish(record, lastAlive));
    health.start();
    shipper.start();
    relay.start();
    beat();
    repeat(this::beat, HEARTBEAT_SECONDS);
    repeat(repair::again, settings.reconcileSeconds());
    repeat(operations::limitLogs, LOG_LIMIT_SECONDS);
    repeat(operations::limitAllLogs, settings.reconcileSeconds());
    // On a thread of its own: heartbeats must not wait for network-service.
    repeat(
        () -> Thread.ofVirtual().name("lease-settle").start(this::settleLeases),
        settings.reconcileSeconds());
    repeat(() -> upkeep("unused-layers", layers::removeUnused), UNUSED_LAYERS_SECONDS);
    repeat(() -> upkeep("kept-blobs", keptBlobs::expire), UNUSED_LAYERS_SECONDS);
    repeat(() -> upkeep("layer-sync", layers::settle), LAYER_SYNC_SECONDS);
    upkeep("layer-restore", this::restoreLayers);
    Thread.ofVirtual().name("lease-first").start(this::leaseAhead);
  }

  /**
   * Tells a container's state again, and what happened last with it if that was so shortly before
   * the last process ended that its journal may not have it.
   */
  private void publish(ContainerRecord record, Instant lastAlive) {
    long limit = lastAlive.minusSeconds(60).getEpochSecond() * 1_000_000_000L;
    boolean recent = record.facts().stream().anyMatch(fact -> fact.timeNano() >= limit);
    journal.changed(recent ? record : record.told(), view.snapshot(record));
  }

  private void beat() {
    Alive.mark(files);
    heartbeat.beat();
  }

  private void repeat(Runnable task, int seconds) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                log.warn("a periodic task failed: {}", e.toString());
              }
            },
            seconds,
            seconds,
            TimeUnit.SECONDS);
  }

  private interface Upkeep {
    void run() throws IOException, InterruptedException;
  }

  /** No virtual thread: to remove many files takes a processor's whole time. */
  private static void upkeep(String name, Upkeep task) {
    Thread _ =
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .start(
                () -> {
                  try {
                    task.run();
                  } catch (IOException | RuntimeException e) {
                    log.warn("{} did not end: {}", name, e.toString());
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  /** Once all are here there is nothing to look for: only a boot of the host takes layers. */
  private void restoreLayers() throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      try {
        layers.restore();
        return;
      } catch (IOException | RuntimeException e) {
        log.info("layers that were lost are not here yet: {}", e.getMessage());
        Thread.sleep(2000);
      }
    }
  }

  private void settleLeases() {
    try {
      sandboxes.settleLeases();
    } catch (IOException | ServiceException e) {
      log.info("leases were not compared with network-service: {}", e.getMessage());
    }
  }

  /** A block of addresses is there before the first container asks. */
  private void leaseAhead() {
    for (int i = 0; i < 60; i++) {
      try {
        leases.prepare(TeamId.DEFAULT);
        return;
      } catch (IOException | RuntimeException e) {
        log.info("no block of addresses yet: {}", e.getMessage());
        try {
          Thread.sleep(2000);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  @Override
  public void destroy() {
    timer.shutdownNow();
  }
}
