package dev.gantry.node.container;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All containers of the node. Another team's container is answered exactly like an absent one. */
public final class Containers {

  /** Is told what was recorded, after it is on the disk and in the order of versions. */
  public interface Listener {
    void changed(ContainerRecord record);

    /**
     * The container is about to be forgotten; when this returns that is sure to be told.
     *
     * @param record with the version after the last that was recorded, and the last facts
     */
    void removed(ContainerRecord record);

    /** Something happened that changes no record. */
    void happened(ContainerRecord record, Fact fact);
  }

  private static final int SHORT = 12;

  private final RecordFiles files;
  private final Listener listener;
  private final Map<ContainerId, ContainerCell> cells = new ConcurrentHashMap<>();

  public Containers(NodeFiles files, Listener listener) {
    this.files = new RecordFiles(files);
    this.listener = listener;
  }

  /** Reads what an earlier process recorded. */
  public List<ContainerCell> load() throws IOException {
    for (ContainerRecord record : files.load()) {
      cells.put(record.id(), new ContainerCell(files, listener, record));
    }
    return all();
  }

  /**
   * Records a new container; it exists when this returns.
   *
   * @param afterRecord done between the record and its publication, for what may only be made when
   *     the record remembers it
   */
  public ContainerCell create(ContainerRecord record, Runnable afterRecord) throws IOException {
    files.create(record);
    var cell = new ContainerCell(files, listener, record);
    try {
      afterRecord.run();
    } catch (RuntimeException e) {
      files.delete(record.id());
      throw e;
    }
    cells.put(record.id(), cell);
    listener.changed(record);
    return cell;
  }

  /** Forgets a container of which nothing is left; only while holding its cell. */
  public void delete(ContainerCell cell, List<Fact> facts) throws IOException {
    cell.delete(facts);
    cells.remove(cell.id());
  }

  public Optional<ContainerCell> find(ContainerId id) {
    return Optional.ofNullable(cells.get(id));
  }

  public ContainerCell require(TeamId team, ContainerId id) {
    ContainerCell cell = cells.get(id);
    if (cell == null || !cell.record().team().equals(team)) {
      throw absent(id.value());
    }
    return cell;
  }

  /** The team's container of this name, id or beginning of an id. */
  public ContainerCell named(TeamId team, String reference) {
    return all().stream()
        .filter(cell -> cell.record().team().equals(team))
        .filter(
            cell ->
                cell.record().identity().name().equals(reference)
                    || (reference.length() >= SHORT && cell.id().value().startsWith(reference)))
        .findFirst()
        .orElseThrow(() -> absent(reference));
  }

  public List<ContainerCell> all() {
    return new ArrayList<>(cells.values());
  }

  static ServiceException absent(String id) {
    return new ServiceException(ErrorCode.NOT_FOUND, "No such container: " + id);
  }
}
