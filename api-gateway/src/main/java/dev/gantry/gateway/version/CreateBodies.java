package dev.gantry.gateway.version;

import dev.gantry.engine.ApiVersion;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the create of an older client means: fields that its version did not have say nothing, and
 * what it left out has the default of its time. The numbers are those of the Engine API's version
 * history.
 */
public final class CreateBodies {
  private CreateBodies() {}

  /** Changes the body into what says the same in the newest version. */
  public static void asOf(ApiVersion version, ObjectNode body) {
    if (version.isBefore(1, 44) && body.get("Healthcheck") instanceof ObjectNode check) {
      check.remove("StartInterval");
    }
    if (version.isBefore(1, 40)) {
      ObjectNode host =
          body.get("HostConfig") instanceof ObjectNode given ? given : body.putObject("HostConfig");
      if (host.path("IpcMode").asString("").isEmpty()) {
        host.put("IpcMode", "shareable");
      }
      if (version.isBefore(1, 25)) {
        host.remove("AutoRemove");
      }
    }
  }
}
