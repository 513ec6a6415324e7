package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.HostConfig;
import dev.gantry.services.CreateContainer;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Set;

/**
 * Makes what a container is from what was asked for: the image's part merged in, defaults filled,
 * and refused what the engine refuses.
 */
public final class ContainerSpec {
  private static final Set<String> NETWORKS = Set.of("bridge", "none", "host");

  private final CreateCheck check;
  private final String runtime;
  private final String hostname;

  /**
   * @param runtime the name of the OCI runtime that the node uses
   * @param hostname of the node, for containers on its network
   */
  public ContainerSpec(int cpus, String runtime, String hostname) {
    this.check = new CreateCheck(cpus);
    this.runtime = runtime;
    this.hostname = hostname;
  }

  public ContainerConfig config(CreateContainer request) {
    HostConfig host = request.request().hostConfig();
    boolean onHost =
        host != null && ("host".equals(host.networkMode()) || "host".equals(host.utsMode()));
    return ImageConfig.merge(
        request.request().config(),
        request.image().config(),
        onHost ? hostname : request.id().shortForm());
  }

  public HostConfig host(CreateContainer request) {
    return HostDefaults.fill(request.request().hostConfig(), runtime);
  }

  /** Refuses what cannot be. */
  public void check(ContainerConfig config, HostConfig host) {
    check.check(config, host);
    String network = String.valueOf(host.networkMode());
    if (!NETWORKS.contains(network)) {
      throw network.startsWith("container:")
          ? new ServiceException(
              ErrorCode.NOT_IMPLEMENTED, "joining another container's network is not served yet")
          : new ServiceException(ErrorCode.NOT_FOUND, "network " + network + " not found");
    }
    String named = host.runtime();
    if (named != null && !named.isEmpty() && !List.of("runc", "crun", runtime).contains(named)) {
      throw new ServiceException(ErrorCode.INVALID, "unknown or invalid runtime name: " + named);
    }
  }
}
