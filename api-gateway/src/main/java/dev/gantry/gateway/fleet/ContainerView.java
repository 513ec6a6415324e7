package dev.gantry.gateway.fleet;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerState;
import dev.gantry.engine.Digest;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.gateway.call.Times;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container as the gateway knows it, with what is looked for often taken out once. */
public final class ContainerView {
  private static final ContainerState NO_STATE =
      new ContainerState("created", false, false, false, false, false, 0, 0, "", "", "", null);

  private final ContainerSnapshot snapshot;
  private final String name;
  private final Instant created;
  private final Map<String, String> labels;
  private final String status;

  ContainerView(ContainerSnapshot snapshot) {
    this.snapshot = snapshot;
    ContainerInspect inspect = snapshot.inspect();
    String given = inspect.name() == null ? "" : inspect.name();
    this.name = given.startsWith("/") ? given.substring(1) : given;
    this.created = instant(inspect.created());
    ContainerConfig config = inspect.config();
    this.labels = config == null || config.labels() == null ? Map.of() : config.labels();
    String status = state().status();
    this.status = status == null ? "created" : status;
  }

  private static Instant instant(@Nullable String text) {
    try {
      return text == null ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeException _) {
      return Instant.EPOCH;
    }
  }

  public ContainerSnapshot snapshot() {
    return snapshot;
  }

  public ContainerId id() {
    return snapshot.id();
  }

  public ContainerInspect inspect() {
    return snapshot.inspect();
  }

  /** The name without the slash. */
  public String name() {
    return name;
  }

  public Instant created() {
    return created;
  }

  public long createdNanos() {
    return Times.nanos(created);
  }

  public Map<String, String> labels() {
    return labels;
  }

  /** One of created, running, paused, restarting, removing, exited, dead. */
  public String status() {
    return status;
  }

  public ContainerState state() {
    ContainerState state = snapshot.inspect().state();
    return state == null ? NO_STATE : state;
  }

  public boolean running() {
    return Boolean.TRUE.equals(state().running());
  }

  public @Nullable ContainerConfig config() {
    return snapshot.inspect().config();
  }

  public String imageId() {
    String image = snapshot.inspect().image();
    return image == null ? "" : image;
  }

  /**
   * Every image that may not go while this container is there, its own and those it has mounted.
   */
  public List<String> usedImages() {
    List<String> used = new ArrayList<>(List.of(imageId()));
    List<Digest> mounted = snapshot.mountedImages();
    if (mounted != null) {
      mounted.forEach(image -> used.add(image.toString()));
    }
    return used;
  }

  boolean newerThan(ContainerView other) {
    return snapshot.epoch() != other.snapshot.epoch()
        ? snapshot.epoch() > other.snapshot.epoch()
        : snapshot.version() > other.snapshot.version();
  }
}
