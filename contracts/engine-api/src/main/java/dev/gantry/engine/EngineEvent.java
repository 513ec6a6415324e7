package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * Something that happened to a noun of the engine. Engine API 1.51, definition {@code
 * EventMessage}.
 *
 * @param type container, image, volume, network or daemon
 * @param action the verb, for example {@code start} or {@code exec_start: sh -c true}
 * @param scope always {@code local}
 * @param time seconds since the epoch
 * @param timeNano nanoseconds since the epoch
 */
public record EngineEvent(
    @JsonProperty("Type") String type,
    @JsonProperty("Action") String action,
    @JsonProperty("Actor") Actor actor,
    @JsonProperty("scope") String scope,
    @JsonProperty("time") long time,
    @JsonProperty("timeNano") long timeNano) {

  /** The noun: its id, and attributes with labels, image, name and what the action adds. */
  public record Actor(
      @JsonProperty("ID") String id, @JsonProperty("Attributes") Map<String, String> attributes) {}

  public static EngineEvent of(
      String type, String action, String id, Map<String, String> attributes, long timeNano) {
    return new EngineEvent(
        type, action, new Actor(id, attributes), "local", timeNano / 1_000_000_000L, timeNano);
  }
}
