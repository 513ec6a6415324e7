package dev.gantry.node.lifecycle;

import dev.gantry.node.container.Attachment;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Fact;
import dev.gantry.node.volume.MountEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is told of the networks and volumes that a container comes to and leaves. */
final class Endpoints {
  private Endpoints() {}

  static List<Fact> facts(ContainerRecord record, String action, long timeNano) {
    Attachment attachment = record.run().attachment();
    return attachment == null ? List.of() : facts(record, attachment, action, timeNano);
  }

  static List<Fact> facts(
      ContainerRecord record, Attachment attachment, String action, long timeNano) {
    List<Fact> facts = new ArrayList<>();
    attachment
        .networks()
        .forEach(
            (name, endpoint) ->
                facts.add(
                    new Fact(
                        "network",
                        String.valueOf(endpoint.networkId()),
                        action,
                        Map.of(
                            "container",
                            record.id().value(),
                            "name",
                            name,
                            "type",
                            name.equals("host") || name.equals("none") ? name : "bridge"),
                        timeNano)));
    return facts;
  }

  static List<Fact> volumeFacts(ContainerRecord record, String action, long timeNano) {
    List<Fact> facts = new ArrayList<>();
    for (MountEntry mount : record.spec().mounts()) {
      if (mount.kind() == MountEntry.Kind.VOLUME) {
        Map<String, String> attributes =
            action.equals("mount")
                ? Map.of(
                    "container",
                    record.id().value(),
                    "destination",
                    mount.destination(),
                    "driver",
                    "local",
                    "propagation",
                    "",
                    "read/write",
                    Boolean.toString(!mount.readOnly()))
                : Map.of("container", record.id().value(), "driver", "local");
        facts.add(new Fact("volume", String.valueOf(mount.volume()), action, attributes, timeNano));
      }
    }
    return facts;
  }
}
