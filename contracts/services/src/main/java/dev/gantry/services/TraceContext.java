package dev.gantry.services;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

/** The trace that something happens in, for events that it causes. */
public final class TraceContext {
  private TraceContext() {}

  /** W3C trace context, header {@code traceparent}, of the present span; null outside of one. */
  public static @Nullable String traceparent(@Nullable Tracer tracer) {
    Span span = tracer == null ? null : tracer.currentSpan();
    if (span == null) {
      return null;
    }
    String sampled = Boolean.TRUE.equals(span.context().sampled()) ? "01" : "00";
    return "00-" + span.context().traceId() + "-" + span.context().spanId() + "-" + sampled;
  }
}
