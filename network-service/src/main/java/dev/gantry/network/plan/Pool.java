package dev.gantry.network.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A private range from which subnets of one size are cut. Written {@code 172.24.0.0/13:16}: the
 * range, and the prefix length of what is cut from it.
 */
public record Pool(Cidr range, int subnetLength) {
  public Pool {
    if (subnetLength < range.length() || subnetLength > range.first().family().bits()) {
      throw new IllegalArgumentException("no subnet /" + subnetLength + " fits into " + range);
    }
  }

  @JsonCreator
  public static Pool parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || !text.substring(colon + 1).matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "invalid address pool "
              + Cidr.quoted(text)
              + ": want RANGE:PREFIX-LENGTH, as 172.24.0.0/13:16");
    }
    return new Pool(
        Cidr.parse(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
  }

  @JsonValue
  @Override
  public String toString() {
    return range + ":" + subnetLength;
  }
}
