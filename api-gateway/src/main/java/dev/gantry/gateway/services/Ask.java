package dev.gantry.gateway.services;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to another process.
 *
 * @param what for messages, for example {@code start container 0123456789ab}
 * @param deadline the longest silence of the other side that is waited through
 */
public record Ask(
    String what,
    String method,
    String target,
    Map<String, String> headers,
    @Nullable Body body,
    Duration deadline) {
  /** A body: its length, or -1 where only its end tells, and what writes it. */
  public record Body(long length, boolean repeatable, Writer writer) {}

  /** Writes a body once. */
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  public static Ask of(String what, String method, String target) {
    return new Ask(what, method, target, Map.of(), null, Duration.ofSeconds(30));
  }

  public Ask with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Ask(what, method, target, more, body, deadline);
  }

  public Ask within(Duration other) {
    return new Ask(what, method, target, headers, body, other);
  }

  public Ask body(String contentType, byte[] bytes) {
    return new Ask(
            what,
            method,
            target,
            headers,
            new Body(bytes.length, true, out -> out.write(bytes)),
            deadline)
        .with("Content-Type", contentType);
  }

  public Ask body(long length, Writer writer) {
    return new Ask(what, method, target, headers, new Body(length, false, writer), deadline);
  }

  /** Whether it may be sent a second time when nothing is known of the first. */
  boolean repeatable() {
    return (body == null || body.repeatable()) && !method.equals("POST");
  }
}
