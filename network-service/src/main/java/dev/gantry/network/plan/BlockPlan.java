package dev.gantry.network.plan;

import java.math.BigInteger;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a network is cut into blocks for nodes. A block whose every address is spoken for (network
 * address, broadcast, gateway, reserved ones) is of use to nobody and is never found.
 *
 * <p>The search goes on behind the block that was found last and wraps around, so that addresses
 * that were just given back rest for as long as there are others.
 *
 * @param range the subnet, or the part of it from which addresses are given
 * @param blockLength prefix length of the blocks
 * @param reserved addresses that no endpoint gets
 */
public record BlockPlan(Cidr range, int blockLength, Set<IpAddress> reserved) {
  /**
   * A network is cut into at least sixteen blocks, so that a small one serves more than one node.
   */
  private static final int SHARES = 4;

  public BlockPlan {
    if (blockLength < range.length() || blockLength > range.first().family().bits()) {
      throw new IllegalArgumentException("no block /" + blockLength + " fits into " + range);
    }
    reserved = Set.copyOf(reserved);
  }

  /**
   * The plan of a subnet: its first and (IPv4) last address are reserved, as are the given ones.
   */
  public static BlockPlan of(
      Cidr subnet, Cidr range, int blockLength, Collection<IpAddress> reserved) {
    Set<IpAddress> spokenFor = new HashSet<>(reserved);
    int bits = subnet.first().family().bits();
    if (bits - subnet.length() >= 2) {
      spokenFor.add(subnet.first());
      if (subnet.first().family() == IpAddress.Family.V4) {
        spokenFor.add(subnet.last());
      }
    }
    return new BlockPlan(range, blockLength, spokenFor);
  }

  /** The block length for a range: the wanted one, longer where the range is small. */
  public static int blockLength(Cidr range, int wanted) {
    return Math.min(range.first().family().bits(), Math.max(wanted, range.length() + SHARES));
  }

  public Optional<Cidr> freeBlock(Collection<Cidr> leased, Optional<Cidr> last) {
    BigInteger start =
        last.filter(range::contains)
            .map(block -> block.last().value().add(BigInteger.ONE))
            .orElse(range.first().value());
    return usableFrom(start, leased).or(() -> usableFrom(range.first().value(), leased));
  }

  private Optional<Cidr> usableFrom(BigInteger start, Collection<Cidr> leased) {
    BigInteger from = start;
    while (true) {
      Optional<Cidr> found = FreeSpace.from(range, from, blockLength, leased);
      if (found.isEmpty() || usable(found.get())) {
        return found;
      }
      from = found.get().last().value().add(BigInteger.ONE);
    }
  }

  private boolean usable(Cidr block) {
    return reservedIn(block).size() < block.size().min(BigInteger.valueOf(1 << 20)).intValue();
  }

  /** The addresses of a block that its holder must not give out. */
  public List<IpAddress> reservedIn(Cidr block) {
    return reserved.stream().filter(block::contains).sorted().toList();
  }
}
