package dev.gantry.node.volume;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.engine.Volume;
import dev.gantry.engine.VolumeUsage;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The local volumes of the node. A name belongs to a team: another team's volume of the same name
 * is another volume, and cannot be seen. Who uses a volume is not written down with it; it is
 * derived from the records of containers.
 */
public final class Volumes {

  /** What is told to the outside when volumes come and go. */
  public interface Listener {
    void created(VolumeRecord volume);

    void destroyed(VolumeRecord volume);
  }

  private record Key(TeamId team, String name) {}

  /** One volume and its users; the lock guards all of it, for this volume alone. */
  private static final class Cell {
    final ReentrantLock lock = new ReentrantLock();
    final Set<ContainerId> users = ConcurrentHashMap.newKeySet();

    /** Users that run now. */
    final Set<ContainerId> running = new HashSet<>();

    volatile @Nullable VolumeRecord volume;
  }

  private final VolumeFiles files;
  private final InstantSource clock;
  private final Listener listener;
  private final Predicate<String> mayBind;
  private final Map<Key, Cell> cells = new ConcurrentHashMap<>();

  /**
   * @param mayBind teams that may have volumes of what is on the host
   */
  public Volumes(
      NodeFiles files, InstantSource clock, Listener listener, Predicate<String> mayBind) {
    this.files = new VolumeFiles(files);
    this.clock = clock;
    this.listener = listener;
    this.mayBind = mayBind;
  }

  public void load() throws IOException {
    for (VolumeRecord volume : files.load()) {
      cell(volume.team(), volume.name()).volume = volume;
    }
  }

  private Cell cell(TeamId team, String name) {
    return cells.computeIfAbsent(new Key(team, name), _ -> new Cell());
  }

  /**
   * How a volume shall be where there is none of its name.
   *
   * @param options of the driver {@code local}
   * @param anonymous nobody gave it a name
   */
  public record Wish(
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> options,
      boolean anonymous) {

    static Wish of(MountEntry mount) {
      return new Wish(mount.labels(), mount.options(), mount.anonymous());
    }
  }

  /** Makes a volume, or answers the one that has the name already. */
  public Volume create(TeamId team, String name, @Nullable String driver, Wish wish) {
    LocalOptions.checkDriver(name, driver);
    VolumeName.check(name);
    // Also where there is one already, as that one may go before this one is made.
    admit(team, name, wish.options());
    return view(ensure(team, name, wish, null));
  }

  /** Refuses options that are none, and those that reach what the team may not. */
  public void admit(TeamId team, String name, @Nullable Map<String, String> options) {
    LocalOptions asked = LocalOptions.parse(name, options);
    if (asked != null && asked.needsHost() && !mayBind.test(team.value())) {
      throw new ServiceException(
          ErrorCode.FORBIDDEN,
          "create %s: team %s may not have volumes of what is on the host".formatted(name, team));
    }
  }

  /** Makes sure that a container's volume is there and knows of it; may be called again. */
  public void use(TeamId team, MountEntry mount, ContainerId user) {
    var unused = ensure(team, String.valueOf(mount.volume()), Wish.of(mount), user);
  }

  private VolumeRecord ensure(TeamId team, String name, Wish wish, @Nullable ContainerId user) {
    Cell cell = cell(team, name);
    cell.lock.lock();
    try {
      VolumeRecord volume = cell.volume;
      if (volume == null) {
        volume = record(team, name, wish);
        files.create(volume);
        cell.volume = volume;
        listener.created(volume);
      }
      if (user != null) {
        cell.users.add(user);
      }
      return volume;
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.INTERNAL, "create " + name + ": " + e.getMessage(), e);
    } finally {
      cell.lock.unlock();
    }
  }

  private VolumeRecord record(TeamId team, String name, Wish wish) {
    Map<String, String> labels = wish.labels();
    if (wish.anonymous()) {
      labels = new HashMap<>(labels == null ? Map.of() : labels);
      labels.put(VolumeRecord.ANONYMOUS_LABEL, "");
    }
    return new VolumeRecord(team, name, labels, wish.options(), wish.anonymous(), clock.instant());
  }

  /** The volume's content, mounted where its options ask for that; may be called again. */
  public Path up(TeamId team, String name, ContainerId user) throws IOException {
    Cell cell = cell(team, name);
    cell.lock.lock();
    try {
      Path data = files.data(team, name);
      VolumeRecord volume = cell.volume;
      LocalOptions options = volume == null ? null : LocalOptions.parse(name, volume.options());
      if (options != null) {
        VolumeMount.up(options, data);
      }
      cell.running.add(user);
      return data;
    } finally {
      cell.lock.unlock();
    }
  }

  /** The container does not run any more; the last one leaves nothing mounted. */
  public void down(TeamId team, String name, ContainerId user) throws IOException {
    Cell cell = cell(team, name);
    cell.lock.lock();
    try {
      cell.running.remove(user);
      settle(cell);
    } finally {
      cell.lock.unlock();
    }
  }

  private void settle(Cell cell) throws IOException {
    VolumeRecord volume = cell.volume;
    if (volume != null && volume.options() != null && cell.running.isEmpty()) {
      VolumeMount.down(files.data(volume.team(), volume.name()));
    }
  }

  /** After a start: this container is running, and has the volume. */
  public void runs(TeamId team, String name, ContainerId user) {
    Cell cell = cell(team, name);
    cell.lock.lock();
    try {
      cell.running.add(user);
    } finally {
      cell.lock.unlock();
    }
  }

  /** After a start: what no running container has is not mounted. */
  public void settle() throws IOException {
    for (Cell cell : cells.values()) {
      cell.lock.lock();
      try {
        settle(cell);
      } finally {
        cell.lock.unlock();
      }
    }
  }

  /** The container uses the volume no more; with {@code remove} an unused one goes away. */
  public void release(TeamId team, String name, ContainerId user, boolean remove) {
    Cell cell = cell(team, name);
    cell.lock.lock();
    try {
      cell.users.remove(user);
      if (remove && cell.users.isEmpty()) {
        delete(cell);
      }
    } finally {
      cell.lock.unlock();
    }
  }

  private void delete(Cell cell) {
    VolumeRecord volume = cell.volume;
    if (volume == null) {
      return;
    }
    try {
      // Before anything is removed: what is mounted there is not the volume's own.
      if (volume.options() != null) {
        VolumeMount.down(files.data(volume.team(), volume.name()));
      }
      files.delete(volume.team(), volume.name());
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.INTERNAL, "remove " + volume.name() + ": " + e.getMessage(), e);
    }
    cell.volume = null;
    listener.destroyed(volume);
  }

  public void remove(TeamId team, String name, boolean force) {
    Cell cell = cells.get(new Key(team, name));
    if (cell == null || cell.volume == null) {
      if (force) {
        return;
      }
      throw absent(name);
    }
    cell.lock.lock();
    try {
      if (!cell.users.isEmpty()) {
        String users =
            cell.users.stream().map(ContainerId::value).sorted().collect(Collectors.joining(", "));
        throw new ServiceException(
            ErrorCode.CONFLICT, "remove " + name + ": volume is in use - [" + users + "]");
      }
      delete(cell);
    } finally {
      cell.lock.unlock();
    }
  }

  public Volume get(TeamId team, String name) {
    return find(team, name).map(this::view).orElseThrow(() -> absent(name));
  }

  public List<Volume> list(TeamId team) {
    return records(team).map(this::view).toList();
  }

  /** The team's volumes with their sizes, but for those whose content is elsewhere. */
  public List<Volume> measured(TeamId team) {
    return records(team)
        .filter(volume -> volume.options() == null || volume.options().isEmpty())
        .map(volume -> view(volume, size(volume)))
        .toList();
  }

  private long size(VolumeRecord volume) {
    try {
      return files.size(volume.team(), volume.name());
    } catch (IOException _) {
      // Removed meanwhile.
      return 0;
    }
  }

  /** What was removed, and how many bytes that gave back. */
  public record Pruned(List<String> names, long bytes) {}

  /** Removes the team's unused volumes that {@code wanted} takes. */
  public Pruned prune(TeamId team, Predicate<VolumeRecord> wanted) {
    List<String> names = new ArrayList<>();
    long bytes = 0;
    for (VolumeRecord volume : records(team).filter(wanted).toList()) {
      Cell cell = cell(team, volume.name());
      cell.lock.lock();
      try {
        if (cell.users.isEmpty() && cell.volume != null) {
          bytes += volume.options() == null ? files.size(team, volume.name()) : 0;
          delete(cell);
          names.add(volume.name());
        }
      } catch (IOException e) {
        throw new ServiceException(
            ErrorCode.INTERNAL, "prune " + volume.name() + ": " + e.getMessage(), e);
      } finally {
        cell.lock.unlock();
      }
    }
    return new Pruned(names, bytes);
  }

  private java.util.stream.Stream<VolumeRecord> records(TeamId team) {
    return cells.entrySet().stream()
        .filter(entry -> entry.getKey().team().equals(team))
        .map(entry -> entry.getValue().volume)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .sorted(Comparator.comparing(VolumeRecord::name));
  }

  private Optional<VolumeRecord> find(TeamId team, String name) {
    Cell cell = cells.get(new Key(team, name));
    return cell == null ? Optional.empty() : Optional.ofNullable(cell.volume);
  }

  /** Where the content of a volume is. */
  public Path data(TeamId team, String name) {
    return files.data(team, name);
  }

  private Volume view(VolumeRecord volume) {
    return view(volume, -1);
  }

  private Volume view(VolumeRecord volume, long size) {
    Cell cell = cell(volume.team(), volume.name());
    return new Volume(
        volume.name(),
        "local",
        files.data(volume.team(), volume.name()).toString(),
        volume.created().truncatedTo(ChronoUnit.SECONDS).toString(),
        null,
        volume.labels(),
        "local",
        null,
        volume.options(),
        new VolumeUsage(size, (long) cell.users.size()));
  }

  private static ServiceException absent(String name) {
    return new ServiceException(ErrorCode.NOT_FOUND, "get " + name + ": no such volume");
  }
}
