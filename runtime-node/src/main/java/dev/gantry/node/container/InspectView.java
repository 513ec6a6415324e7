package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerState;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EndpointSettings;
import dev.gantry.engine.GraphDriver;
import dev.gantry.engine.MountPoint;
import dev.gantry.engine.NetworkSettings;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.config.NodeIdentity;
import dev.gantry.node.volume.MountPlan;
import dev.gantry.node.volume.MountedImage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container as {@code docker inspect} shows it, in the newest shape; older ones are made of it at
 * the edge.
 *
 * @param execs the execs that a container has now
 * @param graph where the snapshot keeps its folders
 */
public record InspectView(
    NodeIdentity node,
    NodeFiles files,
    Function<ContainerId, List<String>> execs,
    Function<ContainerRecord, Map<String, String>> graph) {
  private static final String NEVER = "0001-01-01T00:00:00Z";
  private static final String LOCAL = "local";

  /** The snapshot for everyone else: without the environment's values and the checks' output. */
  public ContainerSnapshot snapshot(ContainerRecord record) {
    return new ContainerSnapshot(
        record.id(),
        record.team(),
        node.id(),
        node.name(),
        record.version(),
        record.identity().epoch(),
        mountedImages(record),
        inspect(record, false, null));
  }

  private static List<Digest> mountedImages(ContainerRecord record) {
    return record.spec().mounts().stream()
        .flatMap(mount -> Stream.ofNullable(mount.image()))
        .map(MountedImage::id)
        .distinct()
        .toList();
  }

  /** The whole, for who asked for this container. */
  public ContainerInspect inspect(ContainerRecord record, @Nullable Sizes sizes) {
    return inspect(record, true, sizes);
  }

  /** Bytes that the container changed, and bytes of its whole file system. */
  public record Sizes(long changed, long all) {}

  private ContainerInspect inspect(ContainerRecord record, boolean whole, @Nullable Sizes sizes) {
    ContainerRecord.Spec spec = record.spec();
    List<String> command = command(spec.config());
    Path run = files.run(record.id());
    return new ContainerInspect(
        record.id().value(),
        time(record.identity().created()),
        command.getFirst(),
        command.subList(1, command.size()),
        state(record, whole),
        spec.image().id().toString(),
        run.resolve("resolv.conf").toString(),
        run.resolve("hostname").toString(),
        run.resolve("hosts").toString(),
        files.output(record.id()).toString(),
        "/" + record.identity().name(),
        record.run().restartCount(),
        "overlay2",
        "linux",
        null,
        "",
        "",
        "",
        emptyToNull(execs.apply(record.id())),
        spec.host(),
        new GraphDriver("overlay2", graph.apply(record)),
        sizes == null ? null : sizes.changed(),
        sizes == null ? null : sizes.all(),
        mounts(record),
        whole ? spec.config() : withoutEnvironment(spec.config()),
        network(record),
        node.swarmNode());
  }

  private static <T> @Nullable List<T> emptyToNull(List<T> list) {
    return list.isEmpty() ? null : list;
  }

  /** Entrypoint and command as one list; never empty. */
  public static List<String> command(ContainerConfig config) {
    List<String> all = new ArrayList<>(ImageConfig.orEmpty(config.entrypoint()));
    all.addAll(ImageConfig.orEmpty(config.cmd()));
    return all.isEmpty() ? List.of("") : all;
  }

  private ContainerState state(ContainerRecord record, boolean withResults) {
    State state = record.state();
    State.Life life = state.life();
    State.End last = state.last();
    HealthState health = record.run().health();
    int exitCode = last == null ? 0 : last.exitCode();
    String error = last == null ? "" : last.error();
    if (state instanceof State.Created created) {
      exitCode = created.exitCode();
      error = created.error();
    } else if (state instanceof State.Dead dead) {
      error = dead.reason();
    }
    Instant started = life != null ? life.startedAt() : last == null ? null : last.startedAt();
    return new ContainerState(
        state.status(),
        life != null || state instanceof State.Restarting,
        state instanceof State.Paused,
        state instanceof State.Restarting,
        last != null && last.oomKilled(),
        state instanceof State.Dead,
        life == null ? 0 : life.pid(),
        exitCode,
        error,
        time(started),
        last == null ? NEVER : time(last.finishedAt()),
        health == null ? null : health.view(withResults));
  }

  private static String time(@Nullable Instant at) {
    return at == null ? NEVER : at.toString();
  }

  private List<MountPoint> mounts(ContainerRecord record) {
    return record.spec().mounts().stream()
        .filter(mount -> MountPlan.isListed(mount, record.spec().host()))
        .map(
            mount ->
                switch (mount.kind()) {
                  case VOLUME ->
                      new MountPoint(
                          "volume",
                          mount.volume(),
                          files
                              .volume(record.team(), String.valueOf(mount.volume()))
                              .resolve("_data")
                              .toString(),
                          mount.destination(),
                          LOCAL,
                          mount.mode(),
                          !mount.readOnly(),
                          "");
                  case BIND, SOCKET ->
                      new MountPoint(
                          "bind",
                          null,
                          mount.source(),
                          mount.destination(),
                          null,
                          mount.mode(),
                          !mount.readOnly(),
                          mount.propagation() == null ? "rprivate" : mount.propagation());
                  case IMAGE ->
                      new MountPoint(
                          "image",
                          mount.source(),
                          "",
                          mount.destination(),
                          null,
                          mount.mode(),
                          false,
                          "rprivate");
                  case TMPFS ->
                      new MountPoint(
                          "tmpfs",
                          null,
                          "",
                          mount.destination(),
                          null,
                          mount.mode(),
                          !mount.readOnly(),
                          "");
                })
        .toList();
  }

  private static ContainerConfig withoutEnvironment(ContainerConfig c) {
    return new ContainerConfig(
        c.hostname(),
        c.domainname(),
        c.user(),
        c.attachStdin(),
        c.attachStdout(),
        c.attachStderr(),
        c.exposedPorts(),
        c.tty(),
        c.openStdin(),
        c.stdinOnce(),
        List.of(),
        c.cmd(),
        c.healthcheck(),
        c.argsEscaped(),
        c.image(),
        c.volumes(),
        c.workingDir(),
        c.entrypoint(),
        c.networkDisabled(),
        c.macAddress(),
        c.onBuild(),
        c.labels(),
        c.stopSignal(),
        c.stopTimeout(),
        c.shell());
  }

  private static NetworkSettings network(ContainerRecord record) {
    Attachment attachment = record.run().attachment();
    Map<String, EndpointSettings> networks =
        attachment == null ? unattached(record) : attachment.networks();
    EndpointSettings bridge = networks.get("bridge");
    EndpointSettings main = attachment == null ? null : bridge;
    return new NetworkSettings(
        "",
        attachment == null ? "" : attachment.sandboxId(),
        false,
        "",
        0L,
        attachment == null ? Map.of() : attachment.ports(),
        attachment == null ? "" : attachment.sandboxKey(),
        null,
        null,
        main == null ? "" : text(main.endpointId()),
        main == null ? "" : text(main.gateway()),
        "",
        0,
        main == null ? "" : text(main.ipAddress()),
        main == null || main.ipPrefixLen() == null ? 0 : main.ipPrefixLen(),
        "",
        main == null ? "" : text(main.macAddress()),
        networks);
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** The networks of a container that does not run: known by name, without an address. */
  private static Map<String, EndpointSettings> unattached(ContainerRecord record) {
    Map<String, EndpointSettings> networks = new LinkedHashMap<>();
    EndpointPlan.of(record)
        .forEach((name, asked) -> networks.put(name, asked.idle(text(asked.networkId()))));
    return networks;
  }
}
