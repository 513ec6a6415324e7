package dev.gantry.delivery;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Spans of what a consumer does with records whose producers were being traced: each continues the
 * trace in its record's {@code traceparent}, and is as long as the batch that the record was in.
 */
public final class ConsumerTracing {
  private static final String TRACEPARENT = "traceparent";
  private static final String SAMPLED = "-01";

  private final @Nullable Tracer tracer;
  private final @Nullable Propagator propagator;

  /** Either may be absent: then there are no spans. */
  public ConsumerTracing(@Nullable Tracer tracer, @Nullable Propagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  /** Spans that go on until they are closed. */
  static final class Work {
    private final List<Span> spans;

    private Work(List<Span> spans) {
      this.spans = spans;
    }

    void failed(Throwable reason) {
      spans.forEach(span -> span.error(reason));
    }

    void close() {
      spans.forEach(Span::end);
    }
  }

  Work begin(String group, List<ConsumerRecord<String, byte[]>> records) {
    List<Span> spans = new ArrayList<>();
    if (tracer != null && propagator != null) {
      for (ConsumerRecord<String, byte[]> record : records) {
        String parent = header(record, TRACEPARENT);
        if (parent != null && parent.endsWith(SAMPLED)) {
          spans.add(
              propagator
                  .extract(record, ConsumerTracing::header)
                  .kind(Span.Kind.CONSUMER)
                  .name("process " + record.topic())
                  .tag("messaging.system", "kafka")
                  .tag("messaging.destination.name", record.topic())
                  .tag("messaging.consumer.group.name", group)
                  .start());
        }
      }
    }
    return new Work(spans);
  }

  private static @Nullable String header(ConsumerRecord<String, byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
