package dev.gantry.log.api;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.follow.Follower;
import dev.gantry.log.index.Containers;
import dev.gantry.log.index.Known;
import dev.gantry.log.query.LinePage;
import dev.gantry.log.query.LogQuery;
import dev.gantry.log.query.LogReader;
import dev.gantry.log.query.StreamOutput;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Output of containers, for the team whose they are or were. */
@RestController
@RequestMapping("/v1/containers/{id}")
class LogController {
  private static final Logger log = LoggerFactory.getLogger(LogController.class);
  private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
  private static final int MAX_PAGE = 1000;

  private final DSLContext database;
  private final LogReader reader;
  private final Follower follower;

  LogController(DSLContext database, LogReader reader, Follower follower) {
    this.database = database;
    this.reader = reader;
    this.follower = follower;
  }

  /** The engine's stream; parameters as its {@code logs}. */
  @GetMapping("/logs")
  void logs(
      @PathVariable String id,
      @RequestHeader(GantryHeaders.TEAM) TeamId team,
      @RequestParam Optional<String> stdout,
      @RequestParam Optional<String> stderr,
      @RequestParam Optional<String> follow,
      @RequestParam Optional<String> timestamps,
      @RequestParam Optional<String> since,
      @RequestParam Optional<String> until,
      @RequestParam Optional<String> tail,
      HttpServletResponse response)
      throws IOException {
    LogQuery query =
        query(
            stdout.orElse(null),
            stderr.orElse(null),
            follow.orElse(null),
            timestamps.orElse(null),
            since.orElse(null),
            until.orElse(null),
            tail.orElse(null));
    Known container = find(id, team);
    response.setContentType(MULTIPLEXED);
    response.flushBuffer();
    StreamOutput out = new StreamOutput(response.getOutputStream(), query);
    try {
      follower.run(container, query, out);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.debug("a reader of {} left: {}", id, e.getMessage());
    } catch (RuntimeException e) {
      log.warn("cannot go on reading the output of {}", id, e);
      out.failure("cannot read the output of container " + id + ": PostgreSQL is not reachable");
    }
  }

  /** Lines as JSON, a page at a time. Both streams unless one is named. */
  @GetMapping("/lines")
  LinePage lines(
      @PathVariable String id,
      @RequestHeader(GantryHeaders.TEAM) TeamId team,
      @RequestParam Optional<String> stream,
      @RequestParam Optional<String> since,
      @RequestParam Optional<String> until,
      @RequestParam(defaultValue = "") String contains,
      @RequestParam(defaultValue = "0") long from,
      @RequestParam(defaultValue = "100") int limit)
      throws IOException {
    String both = stream.orElse("both");
    LogQuery query =
        query(
            both.equals("stderr") ? null : "1",
            both.equals("stdout") ? null : "1",
            null,
            null,
            since.orElse(null),
            until.orElse(null),
            null);
    int size = Math.clamp(limit, 1, MAX_PAGE);
    return LinePage.read(reader, find(id, team), query, Math.max(0, from), size, contains);
  }

  private static LogQuery query(
      @Nullable String stdout,
      @Nullable String stderr,
      @Nullable String follow,
      @Nullable String timestamps,
      @Nullable String since,
      @Nullable String until,
      @Nullable String tail) {
    try {
      return LogQuery.parse(stdout, stderr, follow, timestamps, since, until, tail);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  private Known find(String id, TeamId team) {
    try {
      return Containers.find(database, new ContainerId(id), team).orElseThrow(() -> unknown(id));
    } catch (IllegalArgumentException _) {
      throw unknown(id);
    }
  }

  private static ServiceException unknown(String id) {
    return new ServiceException(ErrorCode.NOT_FOUND, "No such container: " + id);
  }
}
