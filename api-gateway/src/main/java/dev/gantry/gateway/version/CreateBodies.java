package dev.gantry.gateway.version;

import dev.gantry.engine.ApiVersion;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
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
    if (version.isBefore(1, 45)) {
      mounts(body, CreateBodies::refuseSubpath);
    }
    if (version.isBefore(1, 44)) {
      in(body, "Healthcheck", check -> check.remove("StartInterval"));
      mounts(body, CreateBodies::refuseForced);
      addressOfContainer(body);
    }
    if (version.isBefore(1, 43)) {
      in(body, "HostConfig", host -> host.remove("Annotations"));
    }
    if (version.isBefore(1, 42)) {
      in(body, "HostConfig", host -> host.remove("ConsoleSize"));
      mounts(body, CreateBodies::onlyOwnOptions);
    }
    if (version.isBefore(1, 40)) {
      ObjectNode host =
          body.get("HostConfig") instanceof ObjectNode given ? given : body.putObject("HostConfig");
      if (host.path("IpcMode").asString("").isEmpty()) {
        host.put("IpcMode", "shareable");
      }
      host.remove("KernelMemoryTCP");
      mounts(body, mount -> in(mount, "BindOptions", bind -> bind.remove("NonRecursive")));
      if (version.isBefore(1, 25)) {
        host.remove("AutoRemove");
      }
    }
  }

  /** Whether binds that are read-only leave what is mounted below them as it is. */
  public static boolean readOnlyAtTop(ApiVersion version) {
    return version.isBefore(1, 44);
  }

  /** Not ignored: the client would be given more than it asked for. */
  private static void refuseSubpath(ObjectNode mount) {
    if (!mount.path("VolumeOptions").path("Subpath").asString("").isEmpty()) {
      throw invalid("VolumeOptions.Subpath needs API v1.45 or newer");
    }
  }

  private static void refuseForced(ObjectNode mount) {
    if (mount.path("BindOptions").path("ReadOnlyForceRecursive").asBoolean(false)) {
      throw invalid("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
    }
  }

  /** An endpoint had none of its own, but that of its container. */
  private static void addressOfContainer(ObjectNode body) {
    if (body.path("MacAddress").asString("").isEmpty()) {
      in(
          body,
          "NetworkingConfig",
          networking ->
              in(
                  networking,
                  "EndpointsConfig",
                  endpoints -> each(endpoints, endpoint -> endpoint.remove("MacAddress"))));
    }
  }

  /** Options for another type of mount were passed over. */
  private static void onlyOwnOptions(ObjectNode mount) {
    String type = mount.path("Type").asString("");
    if (!type.equals("volume")) {
      mount.remove("VolumeOptions");
    }
    if (!type.equals("tmpfs")) {
      mount.remove("TmpfsOptions");
    }
    in(mount, "BindOptions", bind -> bind.remove("CreateMountpoint"));
  }

  private static void mounts(ObjectNode body, Consumer<ObjectNode> what) {
    in(body, "HostConfig", host -> each(host.path("Mounts"), what));
  }

  private static void each(JsonNode all, Consumer<ObjectNode> what) {
    for (JsonNode one : all) {
      if (one instanceof ObjectNode object) {
        what.accept(object);
      }
    }
  }

  private static void in(ObjectNode object, String field, Consumer<ObjectNode> what) {
    if (object.get(field) instanceof ObjectNode inner) {
      what.accept(inner);
    }
  }

  private static ServiceException invalid(String message) {
    return new ServiceException(ErrorCode.INVALID, message);
  }
}
