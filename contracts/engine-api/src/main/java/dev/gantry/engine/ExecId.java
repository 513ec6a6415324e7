package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The id of an exec: 64 lower-case hexadecimal digits of which the last 16 are its node's id, so
 * that it is found without a table.
 */
public record ExecId(@JsonValue String value) {
  @JsonCreator
  public ExecId {
    Identifiers.requireHex("exec id", value, 64);
  }

  public static ExecId random(RandomGenerator random, NodeId node) {
    byte[] bytes = new byte[24];
    random.nextBytes(bytes);
    return new ExecId(HexFormat.of().formatHex(bytes) + node);
  }

  public NodeId node() {
    return new NodeId(value.substring(48));
  }

  @Override
  public String toString() {
    return value;
  }
}
