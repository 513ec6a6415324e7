package dev.gantry.gateway.engine.container;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.services.LogClient;
import dev.gantry.services.ServiceException;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is left of a container after it was removed: its output, at log-service, under its full id.
 *
 * <p>The docker CLI looks at a container before it reads its logs, only to learn whether it had a
 * terminal. For its sake, and for nobody else's, the full id of a container whose output is kept is
 * answered by a look at a dead container; every other client is told that there is none.
 */
final class RemovedContainers {
  private static final Pattern FULL_ID = Pattern.compile("[0-9a-f]{64}");

  private final LogClient logs;

  RemovedContainers(LogClient logs) {
    this.logs = logs;
  }

  /** Whether a reference is the full id of some container. */
  static Optional<ContainerId> id(String reference) {
    return FULL_ID.matcher(reference).matches()
        ? Optional.of(new ContainerId(reference))
        : Optional.empty();
  }

  /** The dead container, where the caller is the CLI and its output is kept. */
  Optional<Object> forLogs(Call call) {
    String agent = call.http().getHeader("User-Agent");
    Optional<ContainerId> id = id(call.path("id"));
    if (agent == null || !agent.startsWith("Docker-Client/") || id.isEmpty()) {
      return Optional.empty();
    }
    try {
      return logs.knows(id.get(), call.caller()) ? Optional.of(dead(id.get())) : Optional.empty();
    } catch (ServiceException _) {
      return Optional.empty();
    }
  }

  private static ObjectNode dead(ContainerId id) {
    ObjectNode container = EngineJson.MAPPER.createObjectNode();
    container.put("Id", id.value()).put("Name", "/" + id.shortForm()).put("Image", "");
    container
        .putObject("State")
        .put("Status", "dead")
        .put("Running", false)
        .put("Dead", true)
        .put("Error", "removed; only its output is kept");
    ObjectNode host = container.putObject("HostConfig").put("NetworkMode", "default");
    host.putObject("LogConfig").put("Type", "json-file");
    container.putObject("Config").put("Tty", false).put("Image", "").putObject("Labels");
    container.putObject("NetworkSettings").putObject("Networks");
    container.putArray("Mounts");
    return container;
  }

  /** The output of a container that is no more. */
  Optional<Answer> logs(Call call) {
    return id(call.path("id"))
        .map(
            id -> {
              call.resolved(id.value());
              return logs.read(id, call.caller(), call.query());
            });
  }
}
