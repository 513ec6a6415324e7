package dev.gantry.node.lifecycle;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.NetworkingConfig;
import dev.gantry.engine.TeamId;
import dev.gantry.node.bundle.BundleCheck;
import dev.gantry.node.container.Admitted;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.ContainerSpec;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.State;
import dev.gantry.node.snapshot.RefusedLayerException;
import dev.gantry.node.volume.MountEntry;
import dev.gantry.node.volume.MountPlan;
import dev.gantry.node.volume.MountedImage;
import dev.gantry.services.CreateContainer;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ResolvedImage;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Creates containers. The record is the first thing that is made and what everything else hangs
 * from; so a create that a crash interrupts is either there or has left nothing.
 */
final class Creation {
  private final Context context;
  private final Images images;
  private final ContainerSpec specs;
  private final Donors donors;
  private final Predicate<String> mayBind;
  private final RandomGenerator random;

  /** Creates that are under way, so that the same one asked twice is done once. */
  private final Map<ContainerId, ReentrantLock> underWay = new ConcurrentHashMap<>();

  Creation(
      Context context,
      Images images,
      ContainerSpec specs,
      Predicate<String> mayBind,
      RandomGenerator random) {
    this.context = context;
    this.images = images;
    this.specs = specs;
    this.donors = new Donors(context.containers());
    this.mayBind = mayBind;
    this.random = random;
  }

  /** The container, made now or by the same call before. */
  Made create(CreateContainer request) {
    ReentrantLock lock = underWay.computeIfAbsent(request.id(), _ -> new ReentrantLock());
    lock.lock();
    try {
      var existing = context.containers().find(request.id());
      if (existing.isPresent()) {
        return new Made(context.containers().require(request.team(), request.id()), List.of());
      }
      return make(request);
    } catch (RefusedLayerException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new ServiceException(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), e);
    } finally {
      lock.unlock();
      underWay.remove(request.id(), lock);
    }
  }

  private Made make(CreateContainer request) throws IOException {
    ResolvedImage image = request.image();
    ContainerConfig config =
        specs.config(request, donors.hostname(request.team(), request.request().hostConfig()));
    Admitted admitted = specs.host(request, config);
    HostConfig host = admitted.host();
    List<MountEntry> mounts =
        resolved(
            request,
            MountPlan.of(
                config, host, request.readOnlyAtTop(), from -> mountsOf(request.team(), from)));
    NetworkingConfig networking = specs.networking(request, host);
    String runtime = specs.runtime(host);
    checkSources(request, mounts);
    donors.check(request.team(), host);
    BundleCheck.check(host);
    context.faults().pass("create.beforeLayers");
    images.ensure(request.team(), image);
    for (ResolvedImage mounted : request.mounted().values()) {
      images.ensure(request.team(), mounted);
    }
    context.faults().pass("create.beforeRecord");
    var created = context.clock().instant();
    ContainerRecord record =
        new ContainerRecord(
            new ContainerRecord.Identity(request.id(), request.team(), request.name(), 1, created),
            new ContainerRecord.Spec(
                new ContainerRecord.Image(
                    image.id(), image.os(), image.architecture(), diffIds(image)),
                config,
                host,
                networking,
                mounts,
                runtime),
            new ContainerRecord.Run(new State.Created(0, ""), false, 0, null, null),
            1,
            List.of(
                new Fact(
                    "container",
                    request.id().value(),
                    "create",
                    Map.of(),
                    Context.nanos(created))));
    ContainerCell cell =
        context
            .containers()
            .create(
                record,
                () -> {
                  context.faults().pass("create.afterRecord");
                  useVolumes(record);
                });
    context.faults().pass("create.afterVolumes");
    return new Made(cell, admitted.warnings());
  }

  /** Makes sure of every volume that the record names; also called at start-up. */
  void useVolumes(ContainerRecord record) {
    for (MountEntry mount : record.spec().mounts()) {
      if (mount.kind() == MountEntry.Kind.VOLUME && mount.volume() != null) {
        context.volumes().use(record.team(), mount, record.id());
        if (record.state().life() != null) {
          context.volumes().runs(record.team(), mount.volume(), record.id());
        }
      }
    }
  }

  /**
   * Gives each anonymous volume its name and each image that is mounted its layers, and tells which
   * binds are of the team's socket.
   */
  private List<MountEntry> resolved(CreateContainer request, List<MountEntry> mounts) {
    List<MountEntry> resolved = new ArrayList<>();
    for (MountEntry mount : mounts) {
      if (mount.kind() == MountEntry.Kind.VOLUME && mount.volume() == null) {
        byte[] name = new byte[32];
        random.nextBytes(name);
        resolved.add(mount.named(HexFormat.of().formatHex(name)));
      } else if (mount.kind() == MountEntry.Kind.IMAGE && mount.image() == null) {
        resolved.add(mount.of(image(request, String.valueOf(mount.source()))));
      } else if (mount.kind() == MountEntry.Kind.BIND
          && request.socket().paths().contains(mount.source())) {
        resolved.add(mount.asTeamSocket());
      } else {
        resolved.add(mount);
      }
    }
    return resolved;
  }

  private static MountedImage image(CreateContainer request, String name) {
    ResolvedImage image = request.mounted().get(name);
    if (image == null) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "No such image: " + name);
    }
    return new MountedImage(image.id(), diffIds(image));
  }

  private static List<Digest> diffIds(ResolvedImage image) {
    return image.layers().stream().map(ResolvedImage.Layer::diffId).toList();
  }

  /** The mounts of a container that {@code --volumes-from} names. */
  private List<MountEntry> mountsOf(TeamId team, String reference) {
    return context.containers().named(team, reference).record().spec().mounts().stream()
        .filter(mount -> mount.kind() != MountEntry.Kind.TMPFS)
        .toList();
  }

  /** Refuses what the team may not have, and what is not there. */
  private void checkSources(CreateContainer request, List<MountEntry> mounts) {
    TeamId team = request.team();
    for (MountEntry mount : mounts) {
      if (mount.kind() == MountEntry.Kind.SOCKET && !request.socket().allowed()) {
        throw new ServiceException(
            ErrorCode.FORBIDDEN,
            "team %s may not have its socket in containers: %s".formatted(team, mount.source()));
      }
      if (mount.kind() == MountEntry.Kind.VOLUME) {
        context.volumes().admit(team, String.valueOf(mount.volume()), mount.options());
      }
      if (mount.kind() == MountEntry.Kind.BIND && mount.source() != null) {
        if (!mayBind.test(team.value())) {
          throw new ServiceException(
              ErrorCode.FORBIDDEN, "team " + team + " may not bind paths of the host");
        }
        if (!mount.createSource()
            && !Files.exists(Path.of(mount.source()), LinkOption.NOFOLLOW_LINKS)) {
          throw new ServiceException(
              ErrorCode.INVALID,
              "invalid mount config for type \"bind\": bind source path does not exist: "
                  + mount.source());
        }
      }
    }
  }
}
