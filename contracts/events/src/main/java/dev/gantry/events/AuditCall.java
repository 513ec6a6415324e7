package dev.gantry.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of the API. It holds no body, no query values but the noun's name, and no header:
 * nothing secret.
 *
 * @param user who, as the connection proved it
 * @param from where from: an address and port, or {@code unix:} with the peer's process and user
 *     ids
 * @param verb what was asked, for example {@code container.start}
 * @param objectType the kind of noun, for example {@code container}
 * @param object the id or name as the client gave it
 * @param objectId the noun's id where it was resolved
 * @param outcome {@code ok}, {@code refused}, {@code failed} or {@code interrupted} (the gateway
 *     died in the middle)
 * @param status the HTTP status that was answered; 0 when interrupted
 * @param durationMicros from the request's last header to the answer's end, or to the switch of
 *     protocols
 */
public record AuditCall(
    Instant time,
    String team,
    String user,
    String from,
    String verb,
    String method,
    String route,
    @Nullable String objectType,
    @Nullable String object,
    @Nullable String objectId,
    String outcome,
    int status,
    long durationMicros,
    @Nullable String userAgent,
    @Nullable String traceId,
    String gateway) {}
