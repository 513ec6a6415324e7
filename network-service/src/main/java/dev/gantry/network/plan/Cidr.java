package dev.gantry.network.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigInteger;
import java.util.Comparator;

/**
 * A prefix of addresses in CIDR notation (RFC 4632): {@code 172.17.0.0/16}. Two prefixes are equal,
 * one within the other, or apart; they never overlap in part.
 *
 * @param first the lowest address; the bits behind the prefix are zero
 */
public record Cidr(IpAddress first, int length) implements Comparable<Cidr> {
  private static final Comparator<Cidr> ORDER =
      Comparator.comparing(Cidr::first).thenComparingInt(Cidr::length);

  public Cidr {
    if (length < 0 || length > first.family().bits()) {
      throw new IllegalArgumentException("invalid prefix length: " + length);
    }
    if (!first.value().equals(masked(first, length))) {
      throw new IllegalArgumentException(first + "/" + length + " has bits behind its prefix");
    }
  }

  /** Reads a prefix; {@code 172.17.0.1/16}, an address within it, is refused. */
  @JsonCreator
  public static Cidr parse(String text) {
    int slash = slash(text);
    return new Cidr(IpAddress.parse(text.substring(0, slash)), lengthIn(text, slash));
  }

  /** The prefix around an address: {@code 172.17.0.1/16} is {@code 172.17.0.0/16}. */
  public static Cidr around(String text) {
    int slash = slash(text);
    return around(IpAddress.parse(text.substring(0, slash)), lengthIn(text, slash));
  }

  public static Cidr around(IpAddress address, int length) {
    return new Cidr(new IpAddress(address.family(), masked(address, length)), length);
  }

  public IpAddress last() {
    return new IpAddress(first.family(), first.value().add(size()).subtract(BigInteger.ONE));
  }

  /** How many addresses it has. */
  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(first.family().bits() - length);
  }

  public boolean contains(IpAddress address) {
    return first.compareTo(address) <= 0 && address.compareTo(last()) <= 0;
  }

  public boolean contains(Cidr other) {
    return other.length >= length && contains(other.first);
  }

  public boolean overlaps(Cidr other) {
    return contains(other.first) || other.contains(first);
  }

  @Override
  public int compareTo(Cidr other) {
    return ORDER.compare(this, other);
  }

  @JsonValue
  @Override
  public String toString() {
    return first + "/" + length;
  }

  private static BigInteger masked(IpAddress address, int length) {
    int rest = address.family().bits() - length;
    if (length < 0 || rest < 0) {
      throw new IllegalArgumentException("invalid prefix length: " + length);
    }
    return address.value().shiftRight(rest).shiftLeft(rest);
  }

  private static int slash(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("no prefix length in " + quoted(text));
    }
    return slash;
  }

  private static int lengthIn(String text, int slash) {
    String digits = text.substring(slash + 1);
    if (!digits.matches("0|[1-9][0-9]{0,2}")) {
      throw new IllegalArgumentException("invalid prefix length in " + quoted(text));
    }
    return Integer.parseInt(digits);
  }

  static String quoted(String text) {
    String part = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return '"' + part.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
