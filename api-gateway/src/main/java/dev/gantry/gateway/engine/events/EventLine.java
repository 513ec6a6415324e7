package dev.gantry.gateway.engine.events;

import dev.gantry.engine.EngineEvent;
import dev.gantry.engine.EngineJson;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event as a client reads it, with the three old fields that many still read; written once for
 * however many read it.
 */
final class EventLine {
  private final EngineEvent event;
  private byte @Nullable [] bytes;

  EventLine(EngineEvent event) {
    this.event = event;
  }

  synchronized byte[] bytes() {
    byte[] written = bytes;
    if (written == null) {
      written = write();
      bytes = written;
    }
    return written;
  }

  private byte[] write() {
    ObjectNode line = EngineJson.MAPPER.createObjectNode();
    boolean old = event.type().equals("container") || event.type().equals("image");
    if (old) {
      line.put("status", event.action());
    }
    // A prune is about no one in particular.
    if (old && !event.actor().id().isEmpty()) {
      line.put("id", event.actor().id());
    }
    String image = event.actor().attributes().get("image");
    if (event.type().equals("container") && image != null) {
      line.put("from", image);
    }
    line.put("Type", event.type()).put("Action", event.action());
    line.set("Actor", EngineJson.MAPPER.valueToTree(event.actor()));
    line.put("scope", event.scope()).put("time", event.time()).put("timeNano", event.timeNano());
    byte[] json = EngineJson.MAPPER.writeValueAsBytes(line);
    byte[] ended = Arrays.copyOf(json, json.length + 1);
    ended[json.length] = '\n';
    return ended;
  }
}
