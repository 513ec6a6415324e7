package dev.gantry.node.lifecycle;

import dev.gantry.engine.HostConfig;
import dev.gantry.engine.TeamId;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Containers whose namespaces another one of the same team shares: {@code container:ID}. */
final class Donors {
  private static final String PREFIX = "container:";
  private static final int MAX_CHAIN = 16;

  private final Containers containers;

  Donors(Containers containers) {
    this.containers = containers;
  }

  /** Refuses a mode that names a container which is not there. */
  void check(TeamId team, HostConfig host) {
    Stream.of(host.networkMode(), host.pidMode(), host.ipcMode())
        .filter(Donors::isJoin)
        .forEach(mode -> named(team, String.valueOf(mode)));
  }

  /** The name of the host that a container has from whose network it shares; null from nobody. */
  @Nullable String hostname(TeamId team, @Nullable HostConfig host) {
    String mode = host == null ? null : host.networkMode();
    return mode == null || !isJoin(mode)
        ? null
        : named(team, mode).record().spec().config().hostname();
  }

  /**
   * At create an unknown one is a bad request: clients take "not found" to be about the image, and
   * fetch it.
   */
  private ContainerCell named(TeamId team, String mode) {
    try {
      return containers.named(team, mode.substring(PREFIX.length()));
    } catch (ServiceException e) {
      throw new ServiceException(ErrorCode.INVALID, e.detail(), e);
    }
  }

  /** The container that {@code mode} names; null where it names none. */
  @Nullable ContainerRecord of(ContainerRecord record, @Nullable String mode) {
    if (mode == null || !isJoin(mode)) {
      return null;
    }
    ContainerCell donor = containers.named(record.team(), mode.substring(PREFIX.length()));
    if (donor.id().equals(record.id())) {
      throw new ServiceException(
          ErrorCode.INVALID, "cannot join own namespaces: container " + record.id());
    }
    return donor.record();
  }

  /** The container whose network a container is on in the end: often itself. */
  ContainerRecord networkOwner(ContainerRecord record) {
    ContainerRecord owner = record;
    for (int i = 0; i < MAX_CHAIN; i++) {
      ContainerRecord donor = of(owner, owner.spec().host().networkMode());
      if (donor == null) {
        return owner;
      }
      owner = donor;
    }
    throw new ServiceException(
        ErrorCode.INVALID, "cannot join network: too many containers share each other's");
  }

  static boolean isJoin(@Nullable String mode) {
    return mode != null && mode.startsWith(PREFIX);
  }
}
