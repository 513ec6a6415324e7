package dev.gantry.node.api;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.ExecCreateRequest;
import dev.gantry.engine.ExecId;
import dev.gantry.engine.ExecInspect;
import dev.gantry.engine.ExecStartRequest;
import dev.gantry.engine.IdResponse;
import dev.gantry.engine.TeamId;
import dev.gantry.node.exec.Execs;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.stream.StreamUpgrade;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Execs. */
@RestController
@RequestMapping("/v1")
class ExecController {
  private static final int MAX_BODY = 64 * 1024;

  private final Execs execs;
  private final Operations operations;

  ExecController(Execs execs, Operations operations) {
    this.execs = execs;
    this.operations = operations;
  }

  @PostMapping("/containers/{id}/exec")
  @ResponseStatus(HttpStatus.CREATED)
  IdResponse create(
      @PathVariable ContainerId id,
      @RequestBody ExecCreateRequest body,
      HttpServletRequest request) {
    return new IdResponse(execs.create(operations.require(Team.of(request), id), body).value());
  }

  @GetMapping("/exec/{id}/json")
  ExecInspect inspect(@PathVariable ExecId id, HttpServletRequest request) {
    return execs.inspect(Team.of(request), id);
  }

  @PostMapping("/exec/{id}/resize")
  @ResponseStatus(HttpStatus.OK)
  void resize(
      @PathVariable ExecId id,
      @RequestParam int h,
      @RequestParam int w,
      HttpServletRequest request) {
    execs.resize(Team.of(request), id, h, w);
  }

  @PostMapping("/exec/{id}/start")
  void start(@PathVariable ExecId id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    TeamId team = Team.of(request);
    byte[] body = request.getInputStream().readNBytes(MAX_BODY);
    ExecStartRequest start =
        body.length == 0
            ? new ExecStartRequest(false, false, null)
            : EngineJson.MAPPER.readValue(body, ExecStartRequest.class);
    if (Boolean.TRUE.equals(start.detach())) {
      execs.startDetached(team, id, start);
      return;
    }
    StreamUpgrade.require(request);
    boolean raw = Boolean.TRUE.equals(start.tty());
    String type = raw ? StreamUpgrade.RAW : StreamUpgrade.MULTIPLEXED;
    StreamUpgrade.start(request, response, type, execs.start(team, id, start));
  }
}
