package dev.gantry.node.lifecycle;

import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.HealthCheck;
import dev.gantry.node.container.HealthState;
import dev.gantry.node.container.State;
import dev.gantry.node.snapshot.RefusedLayerException;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts containers, and starts them again as their policy wants. */
final class Starting {
  private static final Logger log = LoggerFactory.getLogger(Starting.class);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final Context context;
  private final Images images;
  private final Ending ending;

  Starting(Context context, Images images, Ending ending) {
    this.context = context;
    this.images = images;
    this.ending = ending;
  }

  /** False where it runs already, or will by its policy. */
  boolean start(ContainerCell cell) {
    boolean started =
        cell.exclusively(
            () -> {
              ContainerRecord record = cell.record();
              switch (record.state()) {
                case State.Running _, State.Restarting _ -> {
                  return false;
                }
                case State.Paused _ ->
                    throw new ServiceException(
                        ErrorCode.CONFLICT, "cannot start a paused container, try unpause instead");
                case State.Removing _, State.Dead _ ->
                    throw new ServiceException(
                        ErrorCode.CONFLICT,
                        "container is marked for removal and cannot be started");
                case State.Created _, State.Exited _ -> {
                  begin(cell, 0);
                  return true;
                }
              }
            });
    return started;
  }

  /** Brings the container up; only while holding the cell. */
  private void begin(ContainerCell cell, int restartCount) throws IOException {
    ContainerRecord record = cell.record();
    context.ship(record);
    var assembly = new Assembly(record);
    try {
      images.restore(record);
      context.links().check(record);
      context.hooks().up(assembly);
    } catch (IOException | RuntimeException e) {
      throw failed(cell, e);
    } finally {
      assembly.letGo();
    }
    List<Fact> facts = new ArrayList<>(assembly.facts());
    facts.add(context.fact(record, "start"));
    context.faults().pass("start.beforeRecord");
    State running = record.state().after(new State.Input.Started(assembly.life()));
    if (running == null) {
      throw new IllegalStateException("a " + record.state().status() + " container was started");
    }
    HealthState health =
        HealthCheck.of(record.spec().config())
            .map(_ -> HealthState.starting(record.run().health()))
            .orElse(null);
    cell.runStarted();
    ContainerRecord now =
        cell.write(
            record.next(
                new ContainerRecord.Run(
                    running, false, restartCount, assembly.attachment(), health),
                facts));
    context.faults().pass("start.afterRecord");
    ending.watch(cell, now);
    context.links().started(now);
  }

  /** Records why it did not start, and makes the answer. */
  private ServiceException failed(ContainerCell cell, Exception cause) throws IOException {
    StartFailure failure =
        cause instanceof OciFailure oci
            ? StartFailure.ofRuntime(String.valueOf(oci.getMessage()))
            : StartFailure.ofOurs(cause);
    log.info("container {} did not start: {}", cell.id(), failure.message());
    Instant now = context.clock().instant();
    cell.apply(new State.Input.StartFailed(failure.exitCode(), failure.message(), now), List.of());
    cell.runEnded();
    context.shipper().ended(cell.id());
    if (cell.record().isAutoRemove()) {
      ending.removeLater(cell);
    }
    return cause instanceof ServiceException service
        ? service
        : new ServiceException(failure.code(), failure.message(), cause);
  }

  /** Starts the container again when its time has come, unless somebody decided otherwise. */
  void scheduleRestart(ContainerCell cell, State.Restarting waiting) {
    Thread.ofVirtual()
        .name("restart-" + cell.id().shortForm())
        .start(
            () -> {
              try {
                Thread.sleep(Duration.between(context.clock().instant(), waiting.due()));
                restartNow(cell, waiting);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } catch (ServiceException e) {
                if (cell.isGone()) {
                  return;
                }
                log.warn("container {} was not restarted: {}", cell.id(), e.detail());
              }
            });
  }

  /** The restart of a container that had ended when the node started. */
  void revive(ContainerCell cell, State.Restarting waiting) {
    boolean unused =
        cell.exclusively(
            () -> {
              var run =
                  new ContainerRecord.Run(waiting, false, 0, null, cell.record().run().health());
              cell.write(cell.record().next(run, List.of()));
              return true;
            });
    scheduleRestart(cell, waiting);
  }

  private void restartNow(ContainerCell cell, State.Restarting waiting)
      throws InterruptedException {
    context.links().awaitRunning(cell.record());
    awaitLayers(cell);
    boolean unused =
        cell.insist(
            () -> {
              boolean wanted = cell.state().equals(waiting);
              if (wanted) {
                begin(cell, cell.record().run().restartCount());
              }
              return wanted;
            });
  }

  /** Those that a power cut has taken come again as soon as there is somebody to ask. */
  private void awaitLayers(ContainerCell cell) throws InterruptedException {
    while (!cell.isGone()) {
      try {
        images.restore(cell.record());
        return;
      } catch (RefusedLayerException e) {
        return; // The start tells.
      } catch (ServiceException e) {
        if (e.code() != ErrorCode.UNAVAILABLE) {
          return;
        }
        log.info("container {} waits for its layers: {}", cell.id(), e.detail());
      } catch (IOException e) {
        log.info("container {} waits for its layers: {}", cell.id(), e.getMessage());
      }
      Thread.sleep(LOOK_AGAIN);
    }
  }
}
