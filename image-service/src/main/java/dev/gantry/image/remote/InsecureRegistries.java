package dev.gantry.image.remote;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The registries that the settings trust although nothing proves who they are: by the host and port
 * of their name, or by a block of addresses.
 */
final class InsecureRegistries {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+:[0-9]{1,5}");

  private final List<String> names;
  private final List<Block> blocks;

  InsecureRegistries(List<String> settings) {
    names =
        settings.stream()
            .filter(text -> !text.contains("/"))
            .map(text -> text.toLowerCase(Locale.ROOT))
            .toList();
    blocks = settings.stream().filter(text -> text.contains("/")).map(Block::parse).toList();
  }

  static boolean isValid(String text) {
    if (!text.contains("/")) {
      return NAME.matcher(text).matches();
    }
    try {
      return Block.parse(text).bits() >= 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** True where the registry is named, or its name is an address of a block that is. */
  boolean hasName(String host, int port) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return names.contains(host.toLowerCase(Locale.ROOT) + ":" + port)
        || literal(bare).filter(this::hasAddress).isPresent();
  }

  boolean hasAddress(InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  private static Optional<InetAddress> literal(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** {@code 10.0.0.0/8}. */
  private record Block(byte[] network, int bits) {
    static Block parse(String text) {
      int slash = text.indexOf('/');
      byte[] network = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
      int bits = Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > network.length * 8) {
        throw new IllegalArgumentException("not an address block: " + text);
      }
      return new Block(network, bits);
    }

    boolean contains(InetAddress address) {
      byte[] bytes = address.getAddress();
      if (bytes.length != network.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((bytes[bit / 8] & mask) != (network[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
