package dev.gantry.network.plan;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the lowest prefix of a length, within a range, that overlaps nothing taken. Goes once along
 * what is taken, so that a range with millions of prefixes costs no more than the number of those
 * in use.
 */
final class FreeSpace {
  private FreeSpace() {}

  static Optional<Cidr> first(Cidr range, int length, Collection<Cidr> taken) {
    return from(range, range.first().value(), length, taken);
  }

  /** The same, searching from an address on; the caller wraps around. */
  static Optional<Cidr> from(Cidr range, BigInteger start, int length, Collection<Cidr> taken) {
    IpAddress.Family family = range.first().family();
    BigInteger step = BigInteger.ONE.shiftLeft(family.bits() - length);
    BigInteger end = range.last().value();
    BigInteger candidate = roundUp(start.max(range.first().value()), step);
    List<Cidr> inTheWay =
        taken.stream().filter(range::overlaps).sorted(Comparator.naturalOrder()).toList();
    for (Cidr used : inTheWay) {
      BigInteger candidateLast = candidate.add(step).subtract(BigInteger.ONE);
      if (used.first().value().compareTo(candidateLast) > 0) {
        break;
      }
      if (used.last().value().compareTo(candidate) >= 0) {
        candidate = roundUp(used.last().value().add(BigInteger.ONE), step);
      }
    }
    boolean fits = candidate.add(step).subtract(BigInteger.ONE).compareTo(end) <= 0;
    return fits
        ? Optional.of(new Cidr(new IpAddress(family, candidate), length))
        : Optional.empty();
  }

  private static BigInteger roundUp(BigInteger number, BigInteger step) {
    BigInteger[] parts = number.divideAndRemainder(step);
    return parts[1].signum() == 0 ? number : parts[0].add(BigInteger.ONE).multiply(step);
  }
}
