package dev.gantry.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The id of a container: 64 lower-case hexadecimal digits. */
public record ContainerId(@JsonValue String value) {
  @JsonCreator
  public ContainerId {
    Identifiers.requireHex("container id", value, 64);
  }

  public static ContainerId random(RandomGenerator random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return new ContainerId(HexFormat.of().formatHex(bytes));
  }

  /** The first twelve digits, as lists show them. */
  public String shortForm() {
    return value.substring(0, 12);
  }

  @Override
  public String toString() {
    return value;
  }
}
