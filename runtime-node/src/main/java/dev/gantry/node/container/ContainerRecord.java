package dev.gantry.node.container;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.LogConfig;
import dev.gantry.engine.NetworkingConfig;
import dev.gantry.engine.TeamId;
import dev.gantry.node.volume.MountEntry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the node remembers of a container; what its file holds. Immutable: a change is a
 * new record with the next version.
 *
 * @param version grows by one with each change
 * @param facts what happened with this version; written with it, so that a crash between the record
 *     and the journal loses no event: at start they are given to the journal again, under the same
 *     ids
 */
public record ContainerRecord(
    Identity identity, Spec spec, Run run, long version, List<Fact> facts) {

  /** Which container it is. */
  public record Identity(ContainerId id, TeamId team, String name, long epoch, Instant created) {}

  /**
   * What was asked for, with the image's part merged in and every default filled; of it an update
   * changes limits and restart policy.
   *
   * @param runtime program of the OCI runtime; null in old records, which have the node's own
   */
  public record Spec(
      Image image,
      ContainerConfig config,
      HostConfig host,
      @Nullable NetworkingConfig networking,
      List<MountEntry> mounts,
      @Nullable String runtime) {

    Spec with(HostConfig other) {
      return new Spec(image, config, other, networking, mounts, runtime);
    }

    Spec with(NetworkingConfig other) {
      return new Spec(image, config, host, other, mounts, runtime);
    }
  }

  /** The image, by digests only. */
  public record Image(Digest id, String os, String architecture, List<Digest> diffIds) {}

  /**
   * How it is going.
   *
   * @param stoppedByUser a stop or kill was asked for, so that no restart policy acts against it
   * @param restartCount restarts by policy since the last start by a user
   * @param attachment where it is on the network while it runs; null while it does not
   * @param health what its checks found; null where it has none, or never ran
   */
  public record Run(
      State state,
      boolean stoppedByUser,
      int restartCount,
      @Nullable Attachment attachment,
      @Nullable HealthState health) {

    /** The same in another state. */
    public Run in(State next) {
      return new Run(next, stoppedByUser, restartCount, attachment, health);
    }

    /** The same with other findings. */
    public Run checked(@Nullable HealthState found) {
      return new Run(state, stoppedByUser, restartCount, attachment, found);
    }

    /** The same without a network, and without anybody who checks it. */
    public Run over() {
      return new Run(
          state, stoppedByUser, restartCount, null, health == null ? null : health.unchecked());
    }

    /** The same, to be started once more by its policy. */
    public Run again() {
      return new Run(state, stoppedByUser, restartCount + 1, attachment, health);
    }

    /** The same, after a user has ended it or asked for its end. */
    public Run stopped() {
      return new Run(state, true, restartCount, attachment, health);
    }
  }

  @JsonIgnore
  public ContainerId id() {
    return identity.id();
  }

  @JsonIgnore
  public TeamId team() {
    return identity.team();
  }

  @JsonIgnore
  public State state() {
    return run.state();
  }

  @JsonIgnore
  public boolean isTty() {
    return ImageConfig.isTrue(spec.config().tty());
  }

  @JsonIgnore
  public boolean isAutoRemove() {
    return ImageConfig.isTrue(spec.host().autoRemove());
  }

  /** Whether the container's output is kept and goes to log-service. */
  @JsonIgnore
  public boolean isLogged() {
    LogConfig log = spec.host().logConfig();
    return log == null || !"none".equals(log.type());
  }

  /** The same version without what happened with it, where that is known to have been told. */
  public ContainerRecord told() {
    return new ContainerRecord(identity, spec, run, version, List.of());
  }

  /** The next version, with another run and what happened. */
  public ContainerRecord next(Run changed, List<Fact> happened) {
    return new ContainerRecord(identity, spec, changed, version + 1, happened);
  }

  /** The next version in another state. */
  public ContainerRecord next(State state, List<Fact> happened) {
    return next(run.in(state), happened);
  }

  /** The same version with newer findings of its checks, which alone are no change. */
  ContainerRecord checked(HealthState found) {
    return new ContainerRecord(identity, spec, run.checked(found), version, facts);
  }

  public ContainerRecord updated(HostConfig host, List<Fact> happened) {
    return new ContainerRecord(identity, spec.with(host), run, version + 1, happened);
  }

  /** The next version, on one network more; refuses what cannot be. */
  public ContainerRecord joining(String network, EndpointSettings endpoint) {
    return planned(EndpointPlan.with(this, network, endpoint));
  }

  /** The next version, on one network less. */
  public ContainerRecord leaving(String network) {
    return planned(EndpointPlan.without(this, network));
  }

  private ContainerRecord planned(NetworkingConfig networking) {
    return new ContainerRecord(identity, spec.with(networking), run, version + 1, List.of());
  }

  /** The same version, with what the running container has of the network, and what happened. */
  public ContainerRecord attached(Attachment attachment, List<Fact> happened) {
    Run now =
        new Run(run.state(), run.stoppedByUser(), run.restartCount(), attachment, run.health());
    return new ContainerRecord(identity, spec, now, version, happened);
  }

  public ContainerRecord renamed(String name, List<Fact> happened) {
    Identity was = identity;
    return new ContainerRecord(
        new Identity(was.id(), was.team(), name, was.epoch(), was.created()),
        spec,
        run,
        version + 1,
        happened);
  }
}
