package dev.gantry.node.lifecycle;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.TeamId;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.ContainerSpec;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.State;
import dev.gantry.node.log.LogShipper;
import dev.gantry.node.log.LogTrimmer;
import dev.gantry.node.network.Sandboxes;
import dev.gantry.node.socket.TeamSockets;
import dev.gantry.node.volume.Volumes;
import dev.gantry.services.CreateContainer;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.JoinNetwork;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Everything that can be done to a container of this node. */
public final class Operations {
  private final Context context;
  private final Creation creation;
  private final Starting starting;
  private final Stopping stopping;
  private final Ending ending;
  private final Removal removal;
  private final Updating updating;
  private final Networking networking;
  private final LogLimits logLimits;
  private final TeamSockets sockets;

  /**
   * @param mayBind teams that may bind paths of the host
   */
  public Operations(
      Parts parts, Kernel kernel, Images images, ContainerSpec specs, Predicate<String> mayBind) {
    var processes =
        new ConmonProcesses(parts.files(), kernel.cgroups(), kernel.exits(), parts.clock());
    var links = new LinkedContainers(parts.containers(), parts.files());
    this.context =
        new Context(
            parts.containers(),
            new Hooks(hooks(parts, kernel, links), parts.faults()),
            processes,
            parts.volumes(),
            links,
            parts.files(),
            parts.shipper(),
            parts.faults(),
            parts.clock());
    this.creation = new Creation(context, images, specs, mayBind, parts.random());
    this.ending = new Ending(context);
    this.starting = new Starting(context, images, ending);
    this.stopping = new Stopping(context);
    this.removal = new Removal(context, stopping, kernel.snapshots());
    this.updating = new Updating(context, specs);
    this.networking = new Networking(context, kernel.sandboxes());
    this.logLimits = new LogLimits(context, parts.trimmer());
    this.sockets = kernel.sockets();
    ending.connect(starting::scheduleRestart, removal::autoRemove);
  }

  /** What the operations need of the node. */
  public record Parts(
      Containers containers,
      Volumes volumes,
      NodeFiles files,
      LogShipper shipper,
      LogTrimmer trimmer,
      FaultPoints faults,
      InstantSource clock,
      RandomGenerator random) {}

  private static List<Hook> hooks(Parts parts, Kernel kernel, LinkedContainers links) {
    Donors donors = new Donors(parts.containers());
    return List.of(
        new SnapshotHook(kernel.snapshots()),
        new SocketHook(parts.files(), kernel.sockets()),
        new MountsHook(
            parts.volumes(),
            new MountParts(parts.files(), kernel.snapshots()),
            parts.files(),
            parts.clock()),
        new NamespacesHook(parts.files(), donors),
        new NetworkHook(kernel.sandboxes(), parts.clock()),
        new BundleHook(parts.files(), donors, links, kernel),
        new RuntimeHook(parts.files(), kernel, parts.faults(), parts.clock()));
  }

  /** The container, if the team has it here. */
  public ContainerCell require(TeamId team, ContainerId id) {
    return context.containers().require(team, id);
  }

  public Made create(CreateContainer request) {
    return creation.create(request);
  }

  /** False where it runs already. */
  public boolean start(ContainerCell cell) {
    return starting.start(cell);
  }

  /** False where it did not run. */
  public boolean stop(ContainerCell cell, @Nullable Integer timeout, @Nullable String signal) {
    return stopping.stop(cell, timeout, signal);
  }

  public void kill(ContainerCell cell, @Nullable String signal) {
    stopping.kill(cell, signal);
  }

  public void restart(ContainerCell cell, @Nullable Integer timeout, @Nullable String signal) {
    ending.holdBack(cell, true);
    try {
      stopping.stop(cell, timeout, signal);
    } finally {
      ending.holdBack(cell, false);
    }
    starting.start(cell);
    cell.tell(context.fact(cell.record(), "restart"));
  }

  public void pause(ContainerCell cell) {
    stopping.pause(cell);
  }

  public void unpause(ContainerCell cell) {
    stopping.unpause(cell);
  }

  /** Holds a container for a moment; false where there is nothing to hold. */
  public boolean pauseBriefly(ContainerCell cell) {
    return stopping.pauseBriefly(cell);
  }

  /** The end of {@link #pauseBriefly}, also of one that a crash cut short. */
  public void resumeBriefly(ContainerCell cell) {
    if (!cell.isGone()) {
      stopping.resumeBriefly(cell);
    }
  }

  public void rename(ContainerCell cell, String name) {
    Object unused =
        cell.exclusively(
            () -> {
              ContainerRecord record = cell.record();
              String old = record.identity().name();
              Fact fact = context.fact(record, "rename", Map.of("oldName", "/" + old));
              if (!old.equals(name)) {
                networking.renamed(cell.write(record.renamed(name, List.of(fact))));
              }
              return record;
            });
  }

  /** Keeps the output of every running container within its limit. */
  public void limitLogs() {
    logLimits.enforce(false);
  }

  /** The same of those that have ended, whose output grows no more. */
  public void limitAllLogs() {
    logLimits.enforce(true);
  }

  /** Attaches the container, running or not, to one more network. */
  public void connect(ContainerCell cell, JoinNetwork wanted) {
    networking.connect(cell, wanted);
  }

  /**
   * Detaches the container from a network.
   *
   * @param network name of the endpoint, or id of the network
   */
  public void disconnect(ContainerCell cell, String network) {
    networking.disconnect(cell, network);
  }

  /** Takes away a link that the container has on the default bridge. */
  public void unlink(ContainerCell cell, String alias) {
    context.links().unlink(cell, alias);
  }

  /** What a container is told of those that it is linked to. */
  public LinkedContainers links() {
    return context.links();
  }

  /** Changes limits and restart policy; the answer are warnings. */
  public List<String> update(ContainerCell cell, HostConfig asked) {
    return updating.update(cell, asked);
  }

  public void remove(ContainerCell cell, boolean volumes, boolean force) {
    removal.remove(cell, volumes, force);
  }

  public void resize(ContainerCell cell, int rows, int columns) {
    ContainerRecord record = requireRunning(cell);
    if (record.isTty()) {
      try {
        if (!context.processes().resize(record, rows, columns)) {
          throw notRunning(cell);
        }
      } catch (IOException e) {
        throw new ServiceException(
            ErrorCode.INTERNAL, "cannot resize container " + cell.id() + ": " + e.getMessage(), e);
      }
    }
    cell.tell(
        context.fact(
            record,
            "resize",
            Map.of("height", Integer.toString(rows), "width", Integer.toString(columns))));
  }

  /** The record of a container that runs; what needs a running one is refused otherwise. */
  public ContainerRecord requireRunning(ContainerCell cell) {
    ContainerRecord record = cell.record();
    if (record.state().life() == null) {
      throw notRunning(cell);
    }
    return record;
  }

  static ServiceException notRunning(ContainerCell cell) {
    return new ServiceException(
        ErrorCode.CONFLICT,
        "container "
            + cell.id()
            + (cell.state() instanceof State.Restarting
                ? " is restarting, wait until the container is running"
                : " is not running"));
  }

  /** Tells something that happened to the container now. */
  public void tell(ContainerCell cell, String action, Map<String, String> attributes) {
    cell.tell(context.fact(cell.record(), action, attributes));
  }

  public Processes processes() {
    return context.processes();
  }

  /** What a container has of the network, as its record remembers it, and what it wants of it. */
  public static Optional<Sandboxes.Running> sandbox(ContainerRecord record) {
    return Endpoints.sandbox(record)
        .map(sandbox -> new Sandboxes.Running(Endpoints.request(record), sandbox));
  }

  /** What start-up repair drives; the same steps as normal running. */
  public Repairs repairs() {
    return new Repairs();
  }

  /** The operations of a start after a crash. */
  public final class Repairs {

    /** Makes sure of the volumes that the record names. */
    public void volumes(ContainerCell cell) {
      creation.useVolumes(cell.record());
    }

    /** Unmounts what was mounted for containers that do not run any more. */
    public void idleVolumes() throws IOException {
      context.volumes().settle();
    }

    /** A run that goes on: its end will be noticed, its output shipped, its socket served. */
    public void resume(ContainerCell cell) throws IOException {
      adoptSocket(cell.record());
      track(cell);
      ending.watch(cell, cell.record());
      context.processes().limit(cell.record());
      stopping.resumeBriefly(cell);
    }

    private void adoptSocket(ContainerRecord record) {
      State.Life life = record.state().life();
      if (life != null && SocketHook.isWanted(record)) {
        sockets.adopt(record.id(), record.team(), life.conmonPid(), life.conmonStart());
      }
    }

    /** Output that an ended container left to be shipped. */
    public void track(ContainerCell cell) throws IOException {
      ContainerRecord record = cell.record();
      context.ship(record);
      if (record.state().life() == null) {
        context.shipper().ended(record.id());
      }
    }

    /** A run that ended while nobody looked. */
    public void ended(ContainerCell cell, State.Life life, Processes.Exit exit) {
      ending.ended(cell, life, exit);
    }

    /** Undoes a start that was never answered, and whatever else is left of a run. */
    public void undo(ContainerCell cell) throws IOException {
      context.hooks().down(cell.record());
    }

    /** Goes on with a restart that was waited for. */
    public void restart(ContainerCell cell, State.Restarting waiting) {
      starting.scheduleRestart(cell, waiting);
    }

    /** Starts a container that has ended, where its policy wants that of a node that starts. */
    public void revive(ContainerCell cell) {
      RestartRule.of(cell.record().spec().host().restartPolicy())
          .atNodeStart(cell.record().run(), context.clock().instant())
          .ifPresent(waiting -> starting.revive(cell, waiting));
    }

    /** Finishes a removal. */
    public void finishRemoval(ContainerCell cell) {
      boolean unused =
          cell.exclusively(
              () -> {
                removal.finish(cell, cell.record().isAutoRemove());
                return true;
              });
    }
  }
}
