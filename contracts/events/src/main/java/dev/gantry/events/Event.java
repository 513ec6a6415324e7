package dev.gantry.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One fact in a CloudEvents 1.0 envelope.
 *
 * @param id unique among the events of its source; consumers drop one that they have seen
 * @param source the instance that owns the noun, for example {@code /runtime-node/0123456789abcdef}
 * @param type for example {@code dev.gantry.container.started.v1}
 * @param subject the id of the noun; also the key on Kafka
 * @param team extension {@code team}: whose noun it is; null for what belongs to the platform
 *     itself
 * @param traceparent extension {@code traceparent} (W3C Trace Context)
 * @param data the record; null is a tombstone on a compacted topic
 */
public record Event<T>(
    String id,
    String source,
    String type,
    String subject,
    Instant time,
    @Nullable String team,
    @Nullable String traceparent,
    @Nullable T data) {}
