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

  /** One volume and its users; the lock guards both, for this volume alone. */
  private static final class Cell {
    final ReentrantLock lock = new ReentrantLock();
    final Set<ContainerId> users = new HashSet<>();
    volatile @Nullable VolumeRecord volume;
  }

  private final VolumeFiles files;
  private final InstantSource clock;
  private final Listener listener;
  private final Map<Key, Cell> cells = new ConcurrentHashMap<>();

  public Volumes(NodeFiles files, InstantSource clock, Listener listener) {
    this.files = new VolumeFiles(files);
    this.clock = clock;
    this.listener = listener;
  }

  public void load() throws IOException {
    for (VolumeRecord volume : files.load()) {
      cell(volume.team(), volume.name()).volume = volume;
    }
  }

  private Cell cell(TeamId team, String name) {
    return cells.computeIfAbsent(new Key(team, name), _ -> new Cell());
  }

  /** Makes a volume, or answers the one that has the name already. */
  public Volume create(TeamId team, String name, Map<String, String> labels) {
    VolumeName.check(name);
    return view(ensure(team, name, labels, false, null));
  }

  /** Makes a volume that nobody gave a name. */
  public Volume createAnonymous(TeamId team, String name, Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(labels);
    all.put(VolumeRecord.ANONYMOUS_LABEL, "");
    return view(ensure(team, name, all, true, null));
  }

  /**
   * Makes sure that a volume is there and that {@code user} counts among its users; may be called
   * again.
   */
  public void use(TeamId team, String name, boolean anonymous, ContainerId user) {
    Map<String, String> labels = anonymous ? Map.of(VolumeRecord.ANONYMOUS_LABEL, "") : Map.of();
    var unused = ensure(team, name, labels, anonymous, user);
  }

  private VolumeRecord ensure(
      TeamId team,
      String name,
      Map<String, String> labels,
      boolean anonymous,
      @Nullable ContainerId user) {
    Cell cell = cell(team, name);
    cell.lock.lock();
    try {
      VolumeRecord volume = cell.volume;
      if (volume == null) {
        volume = new VolumeRecord(team, name, labels, anonymous, clock.instant());
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
          bytes += files.size(team, volume.name());
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
    Cell cell = cell(volume.team(), volume.name());
    return new Volume(
        volume.name(),
        "local",
        files.data(volume.team(), volume.name()).toString(),
        volume.created().toString(),
        null,
        volume.labels().isEmpty() ? null : volume.labels(),
        "local",
        null,
        null,
        new VolumeUsage(-1L, (long) cell.users.size()));
  }

  private static ServiceException absent(String name) {
    return new ServiceException(ErrorCode.NOT_FOUND, "get " + name + ": no such volume");
  }
}
