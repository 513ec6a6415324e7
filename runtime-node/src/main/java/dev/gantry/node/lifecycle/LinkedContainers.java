package dev.gantry.node.lifecycle;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EndpointSettings;
import dev.gantry.node.bundle.EtcFiles;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.DefaultLink;
import dev.gantry.node.container.LinkVariables;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a container on the default bridge is told of those that it is linked to: names in its {@code
 * /etc/hosts}, which follow them when they start anew, and variables, which are of its own start. A
 * link whose container was removed is none any more.
 */
public final class LinkedContainers {
  private static final Logger log = LoggerFactory.getLogger(LinkedContainers.class);

  private static final Duration MOST_WAIT = Duration.ofSeconds(5);

  private final Containers containers;
  private final NodeFiles files;

  LinkedContainers(Containers containers, NodeFiles files) {
    this.containers = containers;
    this.files = files;
  }

  /** A link, and what it leads to as it is now. */
  private record Linked(DefaultLink link, ContainerRecord container) {

    /** Empty where it is not on the default bridge now. */
    String address() {
      Attachment attachment = container.run().attachment();
      EndpointSettings bridge = attachment == null ? null : attachment.networks().get("bridge");
      return bridge == null || bridge.ipAddress() == null ? "" : bridge.ipAddress();
    }

    /** Alias, host name and name, each once. */
    String names() {
      String hostname = String.valueOf(container.spec().config().hostname());
      String name = container.identity().name();
      return link.alias() + " " + hostname + (link.alias().equals(name) ? "" : " " + name);
    }
  }

  private List<Linked> of(ContainerRecord record) {
    List<Linked> linked = new ArrayList<>();
    for (DefaultLink link : DefaultLink.of(record.spec().host())) {
      containers
          .find(link.container())
          .map(ContainerCell::record)
          .filter(container -> container.team().equals(record.team()))
          .ifPresent(container -> linked.add(new Linked(link, container)));
    }
    return linked;
  }

  /** Refuses a start while a link leads nowhere. */
  void check(ContainerRecord record) {
    for (Linked linked : of(record)) {
      ContainerRecord container = linked.container();
      if (container.state().life() == null) {
        throw new ServiceException(
            ErrorCode.CONFLICT,
            "Cannot link to a non running container: /%s AS /%s/%s"
                .formatted(
                    container.identity().name(), record.identity().name(), linked.link().alias()));
      }
      if (linked.address().isEmpty()) {
        throw new ServiceException(
            ErrorCode.CONFLICT,
            "container " + container.id() + " not attached to default bridge network");
      }
    }
  }

  /**
   * Waits, not long, for those that are about to be started as well: when the agent starts, all
   * begin at once.
   */
  void awaitRunning(ContainerRecord record) throws InterruptedException {
    long deadline = System.nanoTime() + MOST_WAIT.toNanos();
    for (DefaultLink link : DefaultLink.of(record.spec().host())) {
      ContainerCell cell = containers.find(link.container()).orElse(null);
      if (cell == null) {
        continue;
      }
      var changed = new Semaphore(0);
      ContainerCell.Watch watch = cell.watch(changed::release);
      try {
        boolean again = true;
        while (again && cell.state().life() == null && !cell.isGone()) {
          again = changed.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
      } finally {
        watch.close();
      }
    }
  }

  /** Variables of the links that lead somewhere now. */
  public List<String> environment(ContainerRecord record) {
    List<String> variables = new ArrayList<>();
    for (Linked linked : of(record)) {
      var config = linked.container().spec().config();
      if (!linked.address().isEmpty()) {
        variables.addAll(
            LinkVariables.of(
                record.identity().name(),
                linked.link().alias(),
                linked.address(),
                config.exposedPorts() == null ? Set.of() : config.exposedPorts().keySet(),
                config.env() == null ? List.of() : config.env()));
      }
    }
    return variables;
  }

  /** Writes the names into the container's own files. */
  void name(ContainerRecord record, EtcFiles etc) throws IOException {
    for (Linked linked : of(record)) {
      if (!linked.address().isEmpty()) {
        etc.linked(linked.link().alias(), linked.names(), linked.address());
      }
    }
  }

  /**
   * A container has just started: those that run with a link to it find it where it is now. Called
   * while its cell is held; a link leads to what was there before, so that two never wait for each
   * other.
   */
  void started(ContainerRecord container) {
    for (ContainerCell holder : containers.all()) {
      if (leadsTo(holder.record(), container.id())) {
        try {
          boolean unused = holder.exclusively(() -> rename(holder.record()));
        } catch (ServiceException e) {
          log.warn("{} was not told where {} is: {}", holder.id(), container.id(), e.detail());
        }
      }
    }
  }

  private static boolean leadsTo(ContainerRecord holder, ContainerId id) {
    return DefaultLink.of(holder.spec().host()).stream()
        .anyMatch(link -> link.container().equals(id));
  }

  private boolean rename(ContainerRecord holder) throws IOException {
    if (holder.state().life() != null) {
      name(holder, EtcFiles.in(files.run(holder.id())));
    }
    return true;
  }

  /** Takes a link away; refuses one that is not there. */
  void unlink(ContainerCell holder, String alias) {
    boolean unused =
        holder.exclusively(
            () -> {
              ContainerRecord record = holder.record();
              DefaultLink link = named(record, alias);
              if (link == null) {
                throw new ServiceException(
                    ErrorCode.NOT_FOUND,
                    "No such container: %s/%s".formatted(record.identity().name(), alias));
              }
              holder.write(
                  record.updated(DefaultLink.without(record.spec().host(), link), List.of()));
              if (record.state().life() != null) {
                EtcFiles.in(files.run(record.id())).unlinked(alias);
              }
              return true;
            });
  }

  private static @Nullable DefaultLink named(ContainerRecord record, String alias) {
    return DefaultLink.of(record.spec().host()).stream()
        .filter(link -> link.alias().equals(alias))
        .findFirst()
        .orElse(null);
  }
}
