package dev.gantry.gateway.engine.system;

import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.Volume;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.VolumeMap;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.ServiceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /system/df}: what images, containers and volumes take. */
final class DiskUse {
  private final Fleet fleet;
  private final ServiceDirectory services;
  private final Exchanges exchanges;

  DiskUse(Fleet fleet, ServiceDirectory services, Exchanges exchanges) {
    this.fleet = fleet;
    this.services = services;
    this.exchanges = exchanges;
  }

  Answer df(Call call) {
    JsonNode images =
        exchanges.json(
            services.peer(ImageClient.SERVICE),
            Exchanges.forCaller(
                Ask.of("list images", "GET", "/v1/engine/images/json?shared-size=1"),
                call.caller()),
            JsonNode.class);
    Map<String, Long> users = new LinkedHashMap<>();
    List<Map<String, Object>> containers = new ArrayList<>();
    for (ContainerView container : fleet.containers().of(call.caller().team())) {
      users.merge(container.imageId(), 1L, Long::sum);
      containers.add(container(call, container));
    }
    long layers = 0;
    for (JsonNode image : images) {
      layers += image.path("Size").asLong(0);
      if (image instanceof ObjectNode object) {
        object.put("Containers", users.getOrDefault(image.path("Id").asString(""), 0L));
      }
    }
    List<Volume> volumes =
        new VolumeMap(fleet)
            .measured(call.caller()).byNode().values().stream().flatMap(List::stream).toList();
    Map<String, Object> use = new LinkedHashMap<>();
    use.put("LayersSize", layers);
    use.put("Images", images);
    use.put("Containers", containers);
    use.put("Volumes", volumes);
    use.put("BuildCache", List.of());
    return Answer.json(use);
  }

  private Map<String, Object> container(Call call, ContainerView container) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("Id", container.id().value());
    entry.put("Names", List.of("/" + container.name()));
    entry.put("Image", container.config() == null ? "" : container.config().image());
    entry.put("ImageID", container.imageId());
    entry.put("Command", container.inspect().path());
    entry.put("Created", container.created().getEpochSecond());
    entry.put("State", container.status());
    entry.put("Status", container.status());
    entry.put("Labels", container.labels());
    entry.put("Mounts", container.inspect().mounts());
    try {
      ContainerInspect inspect =
          fleet.ask(container, call.caller(), node -> node.inspect(container.id(), true));
      entry.put("SizeRw", inspect.sizeRw());
      entry.put("SizeRootFs", inspect.sizeRootFs());
    } catch (ServiceException _) {
      entry.put("SizeRw", 0);
      entry.put("SizeRootFs", 0);
    }
    return entry;
  }
}
