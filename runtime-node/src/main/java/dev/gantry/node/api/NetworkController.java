package dev.gantry.node.api;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.InspectView;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.network.Sandboxes;
import dev.gantry.services.JoinNetwork;
import dev.gantry.services.Transition;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Networks that containers join and leave, and networks that are no more. */
@RestController
@RequestMapping("/v1")
class NetworkController {
  private final Operations operations;
  private final Sandboxes sandboxes;
  private final InspectView view;

  NetworkController(Operations operations, Sandboxes sandboxes, InspectView view) {
    this.operations = operations;
    this.sandboxes = sandboxes;
    this.view = view;
  }

  @PostMapping("/containers/{id}/networks")
  Transition connect(
      @PathVariable ContainerId id, @RequestBody JoinNetwork wanted, HttpServletRequest request) {
    ContainerCell cell = operations.require(Team.of(request), id);
    operations.connect(cell, wanted);
    return new Transition(true, view.snapshot(cell.record()));
  }

  @DeleteMapping("/containers/{id}/networks/{network}")
  Transition disconnect(
      @PathVariable ContainerId id, @PathVariable String network, HttpServletRequest request) {
    ContainerCell cell = operations.require(Team.of(request), id);
    operations.disconnect(cell, network);
    return new Transition(true, view.snapshot(cell.record()));
  }

  /** A link of the default bridge is taken away. */
  @DeleteMapping("/containers/{id}/links/{alias}")
  Transition unlink(
      @PathVariable ContainerId id, @PathVariable String alias, HttpServletRequest request) {
    ContainerCell cell = operations.require(Team.of(request), id);
    operations.unlink(cell, alias);
    return new Transition(true, view.snapshot(cell.record()));
  }

  /** Where a container is still on it, the network goes when that has left: see the settling. */
  @DeleteMapping("/networks/{id}")
  void forget(@PathVariable String id) throws IOException {
    boolean unused = sandboxes.forget(id);
  }
}
