package dev.gantry.services;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerTop;
import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecInspect;
import dev.gantry.engine.IdResponse;
import dev.gantry.engine.Volume;
import dev.gantry.engine.VolumeCreateOptions;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.events.NodeState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What a runtime-node does for the gateway. The team goes in the header {@link GantryHeaders#TEAM};
 * another team's container is answered as absent. Streams (attach, logs, wait, stats, exec start)
 * are not here: they are upgrades to {@link GantryHeaders#STREAM_PROTOCOL}.
 */
@HttpExchange("/v1")
public interface NodeApi {
  @PostExchange("/containers")
  Created create(@RequestBody CreateContainer request);

  @GetExchange("/containers")
  List<ContainerSnapshot> list();

  /** The last word on a container, as it is published. */
  @GetExchange("/containers/{id}/snapshot")
  ContainerSnapshot snapshot(@PathVariable ContainerId id);

  @GetExchange("/containers/{id}/json")
  ContainerInspect inspect(
      @PathVariable ContainerId id, @RequestParam(required = false) boolean size);

  @PostExchange("/containers/{id}/start")
  Transition start(@PathVariable ContainerId id);

  @PostExchange("/containers/{id}/stop")
  Transition stop(
      @PathVariable ContainerId id,
      @RequestParam(required = false) @Nullable Integer t,
      @RequestParam(required = false) @Nullable String signal);

  @PostExchange("/containers/{id}/restart")
  Transition restart(
      @PathVariable ContainerId id,
      @RequestParam(required = false) @Nullable Integer t,
      @RequestParam(required = false) @Nullable String signal);

  @PostExchange("/containers/{id}/kill")
  Transition kill(
      @PathVariable ContainerId id, @RequestParam(required = false) @Nullable String signal);

  @PostExchange("/containers/{id}/pause")
  Transition pause(@PathVariable ContainerId id);

  @PostExchange("/containers/{id}/unpause")
  Transition unpause(@PathVariable ContainerId id);

  @PostExchange("/containers/{id}/rename")
  Transition rename(@PathVariable ContainerId id, @RequestParam String name);

  @PostExchange("/containers/{id}/resize")
  void resize(@PathVariable ContainerId id, @RequestParam int h, @RequestParam int w);

  @DeleteExchange("/containers/{id}")
  void remove(
      @PathVariable ContainerId id,
      @RequestParam(required = false) boolean v,
      @RequestParam(required = false) boolean force);

  /** Attaches a container, running or not, to one more network. */
  @PostExchange("/containers/{id}/networks")
  Transition connect(@PathVariable ContainerId id, @RequestBody JoinNetwork request);

  /**
   * Detaches a container from a network.
   *
   * @param network name of the endpoint, or id of the network
   */
  @DeleteExchange("/containers/{id}/networks/{network}")
  Transition disconnect(@PathVariable ContainerId id, @PathVariable String network);

  /** Takes away a link that a container has on the default bridge. */
  @DeleteExchange("/containers/{id}/links/{alias}")
  Transition unlink(@PathVariable ContainerId id, @PathVariable String alias);

  /** A network was removed: its addresses go back as soon as no container has one of them. */
  @DeleteExchange("/networks/{id}")
  void forgetNetwork(@PathVariable String id);

  @GetExchange("/containers/{id}/top")
  ContainerTop top(
      @PathVariable ContainerId id,
      @RequestParam(name = "ps_args", required = false) @Nullable String psArgs);

  @PostExchange("/containers/{id}/exec")
  IdResponse createExec(@PathVariable ContainerId id, @RequestBody ExecCreateRequest request);

  @GetExchange("/exec/{id}/json")
  ExecInspect inspectExec(@PathVariable ExecId id);

  @PostExchange("/exec/{id}/resize")
  void resizeExec(@PathVariable ExecId id, @RequestParam int h, @RequestParam int w);

  @PostExchange("/containers/{id}/commit")
  IdResponse commit(@PathVariable ContainerId id, @RequestBody CommitContainer request);

  @GetExchange("/volumes")
  List<Volume> volumes();

  @PostExchange("/volumes")
  Volume createVolume(@RequestBody VolumeCreateOptions options);

  @GetExchange("/volumes/{name}")
  Volume volume(@PathVariable String name);

  @DeleteExchange("/volumes/{name}")
  void removeVolume(@PathVariable String name, @RequestParam(required = false) boolean force);

  @GetExchange("/node")
  NodeState node();

  /**
   * Every difference between what the kernel has and what the node recorded; empty when they agree.
   */
  @GetExchange("/node/check")
  List<String> check();
}
