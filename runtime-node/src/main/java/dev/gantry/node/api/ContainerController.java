package dev.gantry.node.api;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.ContainerTop;
import dev.gantry.engine.ContainerUpdated;
import dev.gantry.engine.HostConfig;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.node.attach.ProcessList;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.InspectView;
import dev.gantry.node.exec.Execs;
import dev.gantry.node.lifecycle.Made;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.lifecycle.Sizes;
import dev.gantry.services.CreateContainer;
import dev.gantry.services.Created;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import dev.gantry.services.Transition;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Containers: what is done and answered at once. */
@RestController
@RequestMapping("/v1/containers")
class ContainerController {
  private final Operations operations;
  private final Containers containers;
  private final Execs execs;
  private final InspectView view;
  private final Sizes sizes;

  ContainerController(
      Operations operations, Containers containers, Execs execs, InspectView view, Sizes sizes) {
    this.operations = operations;
    this.containers = containers;
    this.execs = execs;
    this.view = view;
    this.sizes = sizes;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Created create(@RequestBody CreateContainer body, HttpServletRequest request) {
    if (!Team.of(request).equals(body.team())) {
      throw new ServiceException(ErrorCode.FORBIDDEN, "the call is for another team than its body");
    }
    Made made = operations.create(body);
    return new Created(made.warnings(), view.snapshot(made.cell().record()));
  }

  /** Every team's: the fleet compares them with what it believes. */
  @GetMapping
  List<ContainerSnapshot> list() {
    return containers.all().stream().map(cell -> view.snapshot(cell.record())).toList();
  }

  @GetMapping("/{id}/snapshot")
  ContainerSnapshot snapshot(@PathVariable ContainerId id, HttpServletRequest request) {
    return view.snapshot(cell(id, request).record());
  }

  @GetMapping("/{id}/json")
  ContainerInspect inspect(
      @PathVariable ContainerId id,
      @RequestParam(defaultValue = "false") boolean size,
      HttpServletRequest request)
      throws IOException {
    ContainerCell cell = cell(id, request);
    execs.expect(cell);
    return view.inspect(cell.record(), size ? sizes.of(cell.record()) : null);
  }

  @PostMapping("/{id}/start")
  Transition start(@PathVariable ContainerId id, HttpServletRequest request) {
    ContainerCell cell = cell(id, request);
    return done(operations.start(cell), cell);
  }

  @PostMapping("/{id}/stop")
  Transition stop(
      @PathVariable ContainerId id,
      @RequestParam(required = false) @Nullable Integer t,
      @RequestParam(required = false) @Nullable String signal,
      HttpServletRequest request) {
    ContainerCell cell = cell(id, request);
    return done(operations.stop(cell, t, signal), cell);
  }

  @PostMapping("/{id}/restart")
  Transition restart(
      @PathVariable ContainerId id,
      @RequestParam(required = false) @Nullable Integer t,
      @RequestParam(required = false) @Nullable String signal,
      HttpServletRequest request) {
    ContainerCell cell = cell(id, request);
    operations.restart(cell, t, signal);
    return done(true, cell);
  }

  @PostMapping("/{id}/kill")
  Transition kill(
      @PathVariable ContainerId id,
      @RequestParam(required = false) @Nullable String signal,
      HttpServletRequest request) {
    ContainerCell cell = cell(id, request);
    operations.kill(cell, signal);
    return done(true, cell);
  }

  @PostMapping("/{id}/pause")
  Transition pause(@PathVariable ContainerId id, HttpServletRequest request) {
    ContainerCell cell = cell(id, request);
    operations.pause(cell);
    return done(true, cell);
  }

  @PostMapping("/{id}/unpause")
  Transition unpause(@PathVariable ContainerId id, HttpServletRequest request) {
    ContainerCell cell = cell(id, request);
    operations.unpause(cell);
    return done(true, cell);
  }

  @PostMapping("/{id}/rename")
  Transition rename(
      @PathVariable ContainerId id, @RequestParam String name, HttpServletRequest request) {
    ContainerCell cell = cell(id, request);
    operations.rename(cell, name);
    return done(true, cell);
  }

  @PostMapping("/{id}/update")
  ContainerUpdated update(
      @PathVariable ContainerId id, @RequestBody HostConfig body, HttpServletRequest request) {
    List<String> warnings = operations.update(cell(id, request), body);
    return new ContainerUpdated(warnings.isEmpty() ? null : warnings);
  }

  @PostMapping("/{id}/resize")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void resize(
      @PathVariable ContainerId id,
      @RequestParam int h,
      @RequestParam int w,
      HttpServletRequest request) {
    operations.resize(cell(id, request), h, w);
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(
      @PathVariable ContainerId id,
      @RequestParam(defaultValue = "false") boolean v,
      @RequestParam(defaultValue = "false") boolean force,
      HttpServletRequest request) {
    operations.remove(cell(id, request), v, force);
  }

  @GetMapping("/{id}/top")
  ContainerTop top(
      @PathVariable ContainerId id,
      @RequestParam(name = "ps_args", required = false) @Nullable String arguments,
      HttpServletRequest request)
      throws IOException, InterruptedException {
    ContainerCell cell = cell(id, request);
    var record = operations.requireRunning(cell);
    ContainerTop top = ProcessList.of(operations.processes().pids(record), arguments);
    operations.tell(cell, "top", Map.of());
    return top;
  }

  private ContainerCell cell(ContainerId id, HttpServletRequest request) {
    return operations.require(Team.of(request), id);
  }

  private Transition done(boolean changed, ContainerCell cell) {
    return new Transition(changed, view.snapshot(cell.record()));
  }
}
