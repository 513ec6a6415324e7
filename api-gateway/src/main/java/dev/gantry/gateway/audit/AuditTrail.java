package dev.gantry.gateway.audit;

import dev.gantry.delivery.EventJournal;
import dev.gantry.delivery.JournalRefusedException;
import dev.gantry.delivery.JournalSettings;
import dev.gantry.delivery.Message;
import dev.gantry.delivery.OpenIntent;
import dev.gantry.events.AuditCall;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.Topics;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Caller;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of every call. One that changes something is written down before it is begun, so that a
 * crash in its middle is told too, as {@code interrupted}; one that can't be written down is not
 * begun.
 */
public final class AuditTrail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
  private static final String TYPE = "dev.gantry.audit.called.v1";
  private static final int LONGEST_TEXT = 256;

  private final String gateway;
  private final InstantSource clock;
  private final Supplier<@Nullable String> traceparent;
  private final EventJournal journal;

  /**
   * @param gateway this instance's name
   * @param traceparent the current trace context, in W3C form
   */
  public AuditTrail(
      Path directory, String gateway, InstantSource clock, Supplier<@Nullable String> traceparent) {
    this.gateway = gateway;
    this.clock = clock;
    this.traceparent = traceparent;
    this.journal =
        EventJournal.open(
            JournalSettings.in(directory, Set.of()), clock, intent -> interrupted(intent));
  }

  public EventJournal journal() {
    return journal;
  }

  /** A call that was admitted. */
  public final class Entry {
    private final Call call;
    private final String id = UUID.randomUUID().toString();
    private final Instant time = clock.instant();
    private final long begun = System.nanoTime();

    private Entry(Call call) {
      this.call = call;
    }

    /** It was answered, or its connection was handed over. */
    public void end(int status) {
      AuditCall record = record(status, Duration.ofNanos(System.nanoTime() - begun));
      Message outcome = message(id, record);
      try {
        if (call.route().changes()) {
          journal.settle(id, outcome);
        } else {
          journal.append(outcome);
        }
      } catch (JournalRefusedException e) {
        LOG.error("the audit trail lacks {} {}: {}", record.verb(), id, e.getMessage());
      }
    }

    private AuditCall record(int status, Duration duration) {
      return new AuditCall(
          time,
          call.caller().team().value(),
          call.caller().user(),
          call.caller().from(),
          call.route().verb(),
          call.route().method(),
          call.route().pattern(),
          call.route().noun(),
          call.object().map(AuditTrail::bounded).orElse(null),
          call.objectId().orElse(null),
          status == 0 ? "interrupted" : outcome(status),
          status,
          duration.toNanos() / 1000,
          bounded(call.http().getHeader("User-Agent")),
          traceId(),
          gateway);
    }
  }

  /** A call begins; refuses it where that can't be written down. */
  public Entry begin(Call call) {
    Entry entry = new Entry(call);
    if (call.route().changes()) {
      try {
        journal.intend(entry.id, EventCodec.JSON.writeValueAsBytes(entry.record(0, Duration.ZERO)));
      } catch (JournalRefusedException e) {
        throw new ServiceException(
            ErrorCode.UNAVAILABLE, "the audit trail takes no more: " + e.getMessage(), e);
      }
    }
    return entry;
  }

  /** A call that no route takes, or that may not be made. */
  public void refused(Caller caller, HttpServletRequest http, int status, long nanos) {
    AuditCall record =
        new AuditCall(
            clock.instant(),
            caller.team().value(),
            caller.user(),
            caller.from(),
            "api.refused",
            http.getMethod(),
            String.valueOf(bounded(http.getRequestURI())),
            null,
            null,
            null,
            "refused",
            status,
            nanos / 1000,
            bounded(http.getHeader("User-Agent")),
            traceId(),
            gateway);
    try {
      journal.append(message(UUID.randomUUID().toString(), record));
    } catch (JournalRefusedException e) {
      LOG.error("the audit trail lacks a refused call: {}", e.getMessage());
    }
  }

  private static String outcome(int status) {
    return status < 400 ? "ok" : status < 500 ? "refused" : "failed";
  }

  private Message interrupted(OpenIntent intent) {
    return message(intent.id(), EventCodec.JSON.readValue(intent.note(), AuditCall.class));
  }

  private Message message(String id, AuditCall record) {
    return Message.of(
        EventCodec.toRecord(
            Topics.AUDIT_CALLS,
            new Event<>(
                id,
                "/api-gateway/" + gateway,
                TYPE,
                record.team(),
                record.time(),
                record.team(),
                traceparent.get(),
                record)));
  }

  private @Nullable String traceId() {
    String context = traceparent.get();
    return context == null ? null : context.split("-")[1];
  }

  private static @Nullable String bounded(@Nullable String text) {
    return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  @Override
  public void close() {
    journal.close();
  }
}
