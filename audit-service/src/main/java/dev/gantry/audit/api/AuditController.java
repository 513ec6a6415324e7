package dev.gantry.audit.api;

import dev.gantry.audit.query.Trail;
import dev.gantry.audit.subscribe.Growth;
import dev.gantry.audit.trail.AuditRecord;
import dev.gantry.events.EventCodec;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** The trail by query, as a stream, and its check; always that of the team in the header. */
@RestController
@RequestMapping("/v1/audit")
class AuditController {
  private static final int STREAM_PAGE = 200;
  private static final long HEARTBEAT_MILLIS = 15_000;

  private final Trail trail;
  private final Growth growth;

  AuditController(Trail trail, Growth growth) {
    this.trail = trail;
    this.growth = growth;
  }

  @GetMapping
  Trail.Page query(
      @RequestHeader(GantryHeaders.TEAM) String team,
      @RequestParam(required = false) @Nullable String since,
      @RequestParam(required = false) @Nullable String until,
      @RequestParam(required = false) @Nullable String user,
      @RequestParam(required = false) @Nullable String verb,
      @RequestParam(required = false) @Nullable String object,
      @RequestParam(required = false) @Nullable String outcome,
      @RequestParam(required = false) @Nullable Long after,
      @RequestParam(required = false, defaultValue = "100") int limit) {
    return trail.read(
        team, new Trail.Query(time(since), time(until), user, verb, object, outcome, after, limit));
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null || text.isEmpty()
          ? null
          : text.matches("\\d+")
              ? Instant.ofEpochSecond(Long.parseLong(text))
              : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid time: " + text, e);
    }
  }

  @GetMapping("/verify")
  Trail.Verdict verify(@RequestHeader(GantryHeaders.TEAM) String team) {
    return trail.verify(team);
  }

  /**
   * Server-sent events: each record as a CloudEvent in structured mode, its sequence number as the
   * id with which a subscriber that comes back resumes. A client that left is noticed by the next
   * heartbeat.
   */
  @GetMapping("/stream")
  void stream(HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    String team = request.getHeader(GantryHeaders.TEAM);
    if (team == null) {
      throw new ServiceException(ErrorCode.UNAUTHENTICATED, "the call names no team");
    }
    long after = from(request.getHeader("Last-Event-ID"), team);
    response.setContentType("text/event-stream");
    response.setHeader("Cache-Control", "no-store");
    OutputStream out = response.getOutputStream();
    response.flushBuffer();
    long quietSince = System.nanoTime();
    while (true) {
      long seen = growth.count();
      Trail.Page page =
          trail.read(team, new Trail.Query(null, null, null, null, null, null, after, STREAM_PAGE));
      for (AuditRecord record : page.records()) {
        out.write(event(record).getBytes(StandardCharsets.UTF_8));
      }
      if (!page.records().isEmpty()) {
        after = page.next();
        out.flush();
        quietSince = System.nanoTime();
      } else {
        if ((System.nanoTime() - quietSince) / 1_000_000 > HEARTBEAT_MILLIS) {
          out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
          out.flush();
          quietSince = System.nanoTime();
        }
        growth.await(seen, Growth.LOOK_ANYWAY);
      }
    }
  }

  private long from(@Nullable String lastEventId, String team) {
    try {
      return lastEventId == null ? trail.last(team) : Long.parseLong(lastEventId);
    } catch (NumberFormatException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid Last-Event-ID", e);
    }
  }

  private static String event(AuditRecord record) {
    ObjectNode event = EventCodec.JSON.createObjectNode();
    event.put("specversion", "1.0");
    event.put("id", record.eventId());
    event.put("source", "/audit-service");
    event.put("type", "dev.gantry.audit.recorded.v1");
    event.put("subject", Long.toString(record.sequence()));
    event.put("team", record.team());
    event.put("datacontenttype", "application/json");
    ObjectNode data = event.putObject("data");
    data.put("sequence", record.sequence());
    data.set("call", EventCodec.JSON.readTree(record.content()));
    data.put("previous", record.previous());
    data.put("hash", record.hash());
    return "id: " + record.sequence() + "\nevent: audit\ndata: " + event + "\n\n";
  }
}
