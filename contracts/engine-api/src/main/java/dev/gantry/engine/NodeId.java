package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The id of a host's runtime-node: 16 lower-case hexadecimal digits, kept in its data root. */
public record NodeId(@JsonValue String value) {
  @JsonCreator
  public NodeId {
    Identifiers.requireHex("node id", value, 16);
  }

  public static NodeId random(RandomGenerator random) {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return new NodeId(HexFormat.of().formatHex(bytes));
  }

  @Override
  public String toString() {
    return value;
  }
}
