package dev.gantry.image.access;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;

/**
 * How often an address has lately shown a credential that is none: twenty times at once, and once
 * more every three seconds. Of IPv6 the first 64 bits are the address, as one host has all of the
 * others.
 */
public final class Attempts {
  private static final int AT_ONCE = 20;
  private static final Duration ONE_MORE = Duration.ofSeconds(3);
  private static final int ADDRESSES = 10_000;

  /** The time up to which the attempts of an address are used up, in milliseconds. */
  private final Recent<String, Long> spent;

  private final InstantSource clock;

  public Attempts(InstantSource clock) {
    this.clock = clock;
    this.spent = new Recent<>(ADDRESSES, clock);
  }

  /** True where the address has none left. */
  public boolean exhausted(String address) {
    return spentUntil(address) > clock.millis() + ONE_MORE.toMillis() * (AT_ONCE - 1);
  }

  public synchronized void failed(String address) {
    spent.put(
        network(address), Math.max(spentUntil(address), clock.millis()) + ONE_MORE.toMillis());
  }

  private long spentUntil(String address) {
    return spent.get(network(address), ONE_MORE.multipliedBy(AT_ONCE + 1)).orElse(0L);
  }

  private static String network(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return Arrays.toString(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
    } catch (IllegalArgumentException _) {
      return address;
    }
  }
}
