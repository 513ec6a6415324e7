package dev.gantry.node.api;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.attach.AttachRequest;
import dev.gantry.node.attach.AttachSession;
import dev.gantry.node.attach.Following;
import dev.gantry.node.attach.LogSession;
import dev.gantry.node.attach.StatsFeeds;
import dev.gantry.node.attach.StatsSession;
import dev.gantry.node.attach.WaitSession;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.State;
import dev.gantry.node.lifecycle.Operations;
import dev.gantry.node.log.LogQuery;
import dev.gantry.node.log.LogShipper;
import dev.gantry.node.stream.StreamUpgrade;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Containers: sessions that last. What can be refused is refused before the upgrade. */
@RestController
@RequestMapping("/v1/containers/{id}")
class StreamController {
  private final Operations operations;
  private final NodeFiles files;
  private final Following following;
  private final LogShipper shipper;
  private final StatsFeeds stats;

  StreamController(
      Operations operations,
      NodeFiles files,
      Following following,
      LogShipper shipper,
      StatsFeeds stats) {
    this.operations = operations;
    this.files = files;
    this.following = following;
    this.shipper = shipper;
    this.stats = stats;
  }

  @PostMapping("/attach")
  void attach(
      @PathVariable ContainerId id,
      @RequestParam(defaultValue = "false") boolean stream,
      @RequestParam(defaultValue = "false") boolean logs,
      @RequestParam(defaultValue = "true") boolean framed,
      @RequestParam(defaultValue = "false") boolean stdin,
      @RequestParam(defaultValue = "false") boolean stdout,
      @RequestParam(defaultValue = "false") boolean stderr,
      @RequestParam(required = false) @Nullable String detachKeys,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    StreamUpgrade.require(request);
    ContainerCell cell = cell(id, request);
    if (cell.state() instanceof State.Paused) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "container " + id + " is paused, unpause the container before attach");
    }
    if (cell.state() instanceof State.Restarting) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "container " + id + " is restarting, wait until the container is running");
    }
    if (logs) {
      requireReadable(cell);
    }
    var session =
        new AttachSession(
            cell,
            new AttachRequest(stream, logs, framed, stdin, stdout, stderr, detachKeys),
            files.runFiles(id),
            following,
            () -> operations.tell(cell, "detach", Map.of()));
    operations.tell(cell, "attach", Map.of());
    StreamUpgrade.start(request, response, output(cell), session);
  }

  private static void requireReadable(ContainerCell cell) {
    if (!cell.record().isLogged()) {
      throw new ServiceException(
          ErrorCode.NOT_IMPLEMENTED, "configured logging driver does not support reading");
    }
  }

  @GetMapping("/logs")
  void logs(
      @PathVariable ContainerId id,
      @RequestParam Map<String, String> parameters,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    StreamUpgrade.require(request);
    ContainerCell cell = cell(id, request);
    LogQuery query = LogParameters.parse(parameters);
    if (!query.stdout() && !query.stderr()) {
      throw new ServiceException(
          ErrorCode.INVALID, "Bad parameters: you must choose at least one stream");
    }
    requireReadable(cell);
    StreamUpgrade.start(
        request,
        response,
        output(cell),
        new LogSession(cell, query, files.output(id), following.watch(), shipper));
  }

  @PostMapping("/wait")
  void await(
      @PathVariable ContainerId id,
      @RequestParam(required = false) @Nullable String condition,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    StreamUpgrade.require(request);
    var session = new WaitSession(cell(id, request), condition);
    StreamUpgrade.start(request, response, StreamUpgrade.JSON, session);
  }

  @GetMapping("/stats")
  void stats(
      @PathVariable ContainerId id,
      @RequestParam(defaultValue = "true") boolean stream,
      @RequestParam(name = "one-shot", defaultValue = "false") boolean oneShot,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    StreamUpgrade.require(request);
    var session = new StatsSession(cell(id, request), stats, stream, oneShot);
    StreamUpgrade.start(request, response, StreamUpgrade.JSON, session);
  }

  private ContainerCell cell(ContainerId id, HttpServletRequest request) {
    return operations.require(Team.of(request), id);
  }

  private static String output(ContainerCell cell) {
    return cell.record().isTty() ? StreamUpgrade.RAW : StreamUpgrade.MULTIPLEXED;
  }
}
