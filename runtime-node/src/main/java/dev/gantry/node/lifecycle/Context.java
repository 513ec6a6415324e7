package dev.gantry.node.lifecycle;

import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.Fact;
import dev.gantry.node.log.LogShipper;
import dev.gantry.node.volume.Volumes;
import dev.gantry.services.FaultPoints;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** What the operations on containers share. */
record Context(
    Containers containers,
    Hooks hooks,
    Processes processes,
    Volumes volumes,
    LinkedContainers links,
    NodeFiles files,
    LogShipper shipper,
    FaultPoints faults,
    InstantSource clock) {

  /** Something that happened to the container now. */
  Fact fact(ContainerRecord record, String action, Map<String, String> attributes) {
    return new Fact("container", record.id().value(), action, attributes, nanos(clock.instant()));
  }

  Fact fact(ContainerRecord record, String action) {
    return fact(record, action, Map.of());
  }

  /** Output of the container goes to log-service from now on. */
  void ship(ContainerRecord record) throws IOException {
    if (record.isLogged()) {
      shipper.track(
          record.id(), record.team(), files.output(record.id()), files.shipped(record.id()));
    }
  }

  static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }
}
