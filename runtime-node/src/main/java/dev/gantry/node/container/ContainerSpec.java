package dev.gantry.node.container;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.NetworkingConfig;
import dev.gantry.node.config.KernelAbilities;
import dev.gantry.services.CreateContainer;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a container is from what was asked for: the image's part merged in, defaults filled,
 * and refused what the engine refuses.
 */
public final class ContainerSpec {
  private final ResourceCheck resources;
  private final RuntimeNames runtimes;
  private final String hostname;

  /**
   * @param runtimes the OCI runtimes that the node has
   * @param hostname of the node, for containers on its network
   */
  public ContainerSpec(KernelAbilities kernel, RuntimeNames runtimes, String hostname) {
    this.resources = new ResourceCheck(kernel);
    this.runtimes = runtimes;
    this.hostname = hostname;
  }

  /**
   * @param shared the name of the host of a container whose network is shared
   */
  public ContainerConfig config(CreateContainer request, @Nullable String shared) {
    HostConfig host = request.request().hostConfig();
    boolean onHost =
        host != null && ("host".equals(host.networkMode()) || "host".equals(host.utsMode()));
    return ImageConfig.merge(
        request.request().config(),
        request.image().config(),
        onHost ? hostname : shared == null ? request.id().shortForm() : shared);
  }

  /**
   * The host part with its defaults; refuses what cannot be.
   *
   * @param config with the image's part merged in
   */
  public Admitted host(CreateContainer request, ContainerConfig config) {
    HostConfig filled = HostDefaults.fill(request.request().hostConfig(), runtimes.standard());
    HostConfig host =
        ImageConfig.isTrue(config.networkDisabled()) ? HostDefaults.withoutNetwork(filled) : filled;
    CreateCheck.check(config, host);
    FieldCheck.check(config, host, request.request().networkingConfig());
    Admitted admitted = resources.admit(host, false);
    ModeCheck.check(request.request().config(), admitted.host());
    return admitted;
  }

  /**
   * The networks that it joins; refuses what cannot be.
   *
   * @param host with its defaults
   */
  public NetworkingConfig networking(CreateContainer request, HostConfig host) {
    return EndpointPlan.of(host, request.request().networkingConfig());
  }

  /** The host part as an update leaves it; refuses what cannot be changed. */
  public Admitted update(ContainerId id, HostConfig now, HostConfig asked) {
    CreateCheck.checkRestart(asked.restartPolicy(), false);
    Admitted admitted = resources.admit(asked, true);
    // What was fine for itself may not be beside what is there already.
    Admitted whole = resources.admit(HostUpdate.of(id, now, admitted.host()), false);
    return new Admitted(whole.host(), admitted.warnings());
  }

  /**
   * The program of the OCI runtime that it runs with, for good; refuses what the node does not
   * have.
   *
   * @param host with its defaults
   */
  public String runtime(HostConfig host) {
    return runtimes.program(host.runtime());
  }
}
