package dev.gantry.network.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address as a number. Text forms are those of RFC 1123 (four decimal parts, none
 * with leading zeros) and RFC 4291, section 2.2; no names, no zones, and no IPv4 address dressed as
 * IPv6.
 */
public record IpAddress(Family family, BigInteger value) implements Comparable<IpAddress> {
  private static final Pattern V4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d|1\\d\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
  private static final Comparator<IpAddress> ORDER =
      Comparator.comparing(IpAddress::family).thenComparing(IpAddress::value);

  /** The two versions of the protocol. */
  public enum Family {
    V4(32),
    V6(128);

    private final int bits;

    Family(int bits) {
      this.bits = bits;
    }

    public int bits() {
      return bits;
    }
  }

  public IpAddress {
    if (value.signum() < 0 || value.bitLength() > family.bits()) {
      throw new IllegalArgumentException("no " + family + " address has the number " + value);
    }
  }

  @JsonCreator
  public static IpAddress parse(String text) {
    boolean v4 = V4.matcher(text).matches();
    if (!v4 && !(text.indexOf(':') >= 0 && V6.matcher(text).matches())) {
      throw new IllegalArgumentException("invalid IP address: " + Cidr.quoted(text));
    }
    try {
      byte[] bytes = InetAddress.getByName(text).getAddress();
      if ((bytes.length == 4) != v4) {
        throw new IllegalArgumentException("invalid IP address: " + Cidr.quoted(text));
      }
      return new IpAddress(v4 ? Family.V4 : Family.V6, new BigInteger(1, bytes));
    } catch (UnknownHostException _) {
      throw new IllegalArgumentException("invalid IP address: " + Cidr.quoted(text));
    }
  }

  /** The address {@code steps} further on; beyond the last address of the family is an error. */
  public IpAddress plus(long steps) {
    return new IpAddress(family, value.add(BigInteger.valueOf(steps)));
  }

  @Override
  public int compareTo(IpAddress other) {
    return ORDER.compare(this, other);
  }

  /** The usual text form; IPv6 as RFC 5952 recommends. */
  @JsonValue
  @Override
  public String toString() {
    byte[] bytes = new byte[family.bits() / 8];
    byte[] number = value.toByteArray();
    int length = Math.min(number.length, bytes.length);
    System.arraycopy(number, number.length - length, bytes, bytes.length - length, length);
    return family == Family.V4
        ? "%d.%d.%d.%d".formatted(bytes[0] & 255, bytes[1] & 255, bytes[2] & 255, bytes[3] & 255)
        : v6(bytes);
  }

  private static String v6(byte[] bytes) {
    int[] groups = new int[8];
    Arrays.setAll(groups, i -> (bytes[2 * i] & 255) << 8 | bytes[2 * i + 1] & 255);
    int start = 0;
    int longest = 1;
    for (int from = 0; from < 8; from++) {
      int to = from;
      while (to < 8 && groups[to] == 0) {
        to++;
      }
      if (to - from > longest) {
        start = from;
        longest = to - from;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (longest > 1 && i == start) {
        text.append("::");
        i += longest - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
