package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of an exec start. Engine API 1.51, {@code POST /exec/{id}/start}; the size is height,
 * width.
 */
public record ExecStartRequest(
    @JsonProperty("Detach") @Nullable Boolean detach,
    @JsonProperty("Tty") @Nullable Boolean tty,
    @JsonProperty("ConsoleSize") @Nullable List<Integer> consoleSize) {

  /** The same of a client that knows no {@code ConsoleSize}. */
  public ExecStartRequest withoutSize() {
    return new ExecStartRequest(detach, tty, null);
  }
}
