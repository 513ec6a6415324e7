package dev.gantry.log.api;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.log.index.Known;
import dev.gantry.log.query.Followers;
import dev.gantry.log.query.OutputQuery;
import dev.gantry.log.query.OutputReader;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The output that is kept, as the engine's stream and as JSON; always that of the team in the
 * header.
 */
@RestController
@RequestMapping("/v1/containers/{id}")
class LogController {
  private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
  private static final int BUFFER = 64 << 10;
  private static final int MOST_LINES = 10_000;
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private final OutputReader reader;
  private final Followers followers;

  LogController(OutputReader reader, Followers followers) {
    this.reader = reader;
    this.followers = followers;
  }

  @GetMapping("/logs")
  void logs(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    Known container = require(id, request.getHeader(GantryHeaders.TEAM));
    OutputQuery query = query(request);
    response.setContentType(MULTIPLEXED);
    if (flag(request, "follow")) {
      LiveBody body = request.upgrade(LiveBody.class);
      response.setStatus(HttpServletResponse.SC_OK);
      response.setHeader("Connection", "close");
      response.setHeader("Transfer-Encoding", "chunked");
      response.flushBuffer();
      // Only now: where the answer could not be sent nobody follows.
      body.serve(new Following(container, query));
      return;
    }
    response.flushBuffer();
    OutputStream out = new BufferedOutputStream(response.getOutputStream(), BUFFER);
    reader.read(container, query, new StreamWriter(out, query.timestamps()));
    out.flush();
  }

  /** What a container writes, until it ends or the client leaves. */
  private final class Following implements LiveBody.Content {
    private final Known container;
    private final OutputQuery query;
    private final Followers.Follower follower;

    Following(Known container, OutputQuery query) {
      this.container = container;
      this.query = query;
      this.follower = followers.follow(container);
    }

    @Override
    public void write(OutputStream out) throws IOException, InterruptedException {
      var lines = new StreamWriter(out, query.timestamps());
      reader.follow(container, query, follower, out, lines);
    }

    @Override
    public void leave() {
      follower.close();
    }
  }

  /** Lines as JSON; {@code contains} is looked for as plain text. */
  @GetMapping("/lines")
  List<Map<String, Object>> lines(
      @PathVariable String id,
      @RequestHeader(GantryHeaders.TEAM) String team,
      @RequestParam(required = false, defaultValue = "") String contains,
      @RequestParam(required = false, defaultValue = "1000") int limit,
      HttpServletRequest request)
      throws IOException {
    Known container = require(id, team);
    List<Map<String, Object>> found = new ArrayList<>();
    int most = Math.clamp(limit, 1, MOST_LINES);
    reader.read(
        container,
        query(request),
        line -> {
          String text = new String(line.bytes(), StandardCharsets.UTF_8);
          if (text.contains(contains)) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("number", line.number());
            one.put("stream", line.stream() == 1 ? "stdout" : "stderr");
            one.put("time", Stamp.of(line));
            one.put("partial", line.partial());
            one.put("text", text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
            found.add(one);
          }
          return found.size() < most;
        });
    return found;
  }

  private Known require(String id, @Nullable String team) {
    if (team == null) {
      throw new ServiceException(ErrorCode.UNAUTHENTICATED, "the call names no team");
    }
    try {
      return reader
          .find(new ContainerId(id), new TeamId(team))
          .orElseThrow(() -> new ServiceException(ErrorCode.NOT_FOUND, "No such container: " + id));
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.NOT_FOUND, "No such container: " + id, e);
    }
  }

  private static OutputQuery query(HttpServletRequest request) {
    boolean any = request.getParameter("stdout") != null || request.getParameter("stderr") != null;
    String tail = request.getParameter("tail");
    return new OutputQuery(
        !any || flag(request, "stdout"),
        !any || flag(request, "stderr"),
        flag(request, "timestamps"),
        time(request.getParameter("since"), Long.MIN_VALUE),
        time(request.getParameter("until"), Long.MAX_VALUE),
        tail == null || !tail.matches("\\d{1,9}")
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(tail)));
  }

  private static boolean flag(HttpServletRequest request, String name) {
    String value = request.getParameter(name);
    return value != null && (value.equals("1") || value.equalsIgnoreCase("true"));
  }

  /** Seconds since the epoch with a fraction, or RFC 3339; nothing and 0 mean no bound. */
  private static long time(@Nullable String text, long otherwise) {
    if (text == null || text.isEmpty() || text.equals("0")) {
      return otherwise;
    }
    try {
      if (text.contains("T")) {
        Instant instant = Instant.parse(text);
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
      }
      return new BigDecimal(text).multiply(NANOS).longValue();
    } catch (DateTimeException | NumberFormatException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid time: " + text, e);
    }
  }
}
