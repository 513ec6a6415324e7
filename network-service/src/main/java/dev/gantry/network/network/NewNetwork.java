package dev.gantry.network.network;

import dev.gantry.engine.Ipam;
import dev.gantry.engine.IpamConfig;
import dev.gantry.engine.NetworkCreateRequest;
import dev.gantry.network.plan.Cidr;
import dev.gantry.network.plan.IpAddress;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network that was asked for, checked as far as it can be without looking at others.
 *
 * @param subnet null for one that is free
 * @param range the part of the subnet that addresses come from; null for all of it
 * @param gateway null for the subnet's first address
 * @param reserved addresses that are never given out, by name
 */
public record NewNetwork(
    String name,
    @Nullable Cidr subnet,
    @Nullable Cidr range,
    @Nullable IpAddress gateway,
    Map<String, IpAddress> reserved,
    boolean internal,
    boolean attachable,
    Map<String, String> labels,
    Map<String, String> options) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
  private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none", "default");
  private static final Set<String> BOOLEAN =
      Set.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False");
  private static final int SHORTEST = 8;
  private static final int LONGEST = 30;
  private static final int MAX_PAIRS = 256;

  /** Reads a request; what cannot be is refused in the engine's words. */
  public static NewNetwork of(NetworkCreateRequest request) {
    String name = request.name() == null ? "" : request.name();
    require(NAME.matcher(name).matches(), ErrorCode.INVALID, "invalid name: \"" + name + "\"");
    require(
        !PREDEFINED.contains(name),
        ErrorCode.FORBIDDEN,
        "operation is not permitted on predefined " + name + " network ");
    checkDriver(request.driver() == null ? "" : request.driver());
    checkKind(request);
    Map<String, String> options = request.options() == null ? Map.of() : request.options();
    checkOptions(options);
    Map<String, String> labels = request.labels() == null ? Map.of() : request.labels();
    require(
        labels.size() <= MAX_PAIRS && options.size() <= MAX_PAIRS,
        ErrorCode.INVALID,
        "a network has at most " + MAX_PAIRS + " labels and options");
    IpamConfig plan = plan(request.ipam());
    Cidr subnet = subnet(plan);
    IpAddress gateway = gateway(plan, subnet);
    Map<String, IpAddress> reserved = reserved(plan, subnet);
    checkApart(subnet, gateway, reserved);
    return new NewNetwork(
        name,
        subnet,
        range(plan, subnet),
        gateway,
        reserved,
        Boolean.TRUE.equals(request.internal()),
        Boolean.TRUE.equals(request.attachable()),
        labels,
        options);
  }

  /** A network spans its team's nodes by itself, so that an overlay is but another bridge. */
  private static void checkDriver(String driver) {
    switch (driver) {
      case "", "bridge", "overlay" -> {}
      case "host", "null" ->
          throw new ServiceException(
              ErrorCode.FORBIDDEN, "only one instance of \"" + driver + "\" network is allowed");
      case "macvlan", "ipvlan" ->
          throw new ServiceException(
              ErrorCode.NOT_IMPLEMENTED, "networks of the driver " + driver + " are not supported");
      default ->
          throw new ServiceException(ErrorCode.NOT_FOUND, "plugin \"" + driver + "\" not found");
    }
  }

  private static void checkKind(NetworkCreateRequest request) {
    require(
        !Boolean.TRUE.equals(request.ingress()),
        ErrorCode.FORBIDDEN,
        "Ingress network can only be global scope network");
    require(
        request.scope() == null || request.scope().isEmpty() || request.scope().equals("local"),
        ErrorCode.FORBIDDEN,
        "cannot create a swarm scoped network when swarm is not active");
    require(
        !Boolean.TRUE.equals(request.configOnly())
            && (request.configFrom() == null
                || request.configFrom().path("Network").asString("").isEmpty()),
        ErrorCode.NOT_IMPLEMENTED,
        "networks that are but a configuration are not supported");
    require(
        !Boolean.TRUE.equals(request.enableIpv6()),
        ErrorCode.NOT_IMPLEMENTED,
        "networks with IPv6 are not supported");
    require(
        !Boolean.FALSE.equals(request.enableIpv4()),
        ErrorCode.NOT_IMPLEMENTED,
        "networks without IPv4 are not supported");
  }

  private static void checkOptions(Map<String, String> options) {
    options.forEach(
        (key, value) -> {
          switch (key) {
            case "com.docker.network.bridge.enable_icc",
                "com.docker.network.bridge.enable_ip_masquerade" ->
                require(
                    BOOLEAN.contains(value),
                    ErrorCode.INVALID,
                    "failed to parse %s value: %s".formatted(key, value));
            case "com.docker.network.driver.mtu" ->
                require(
                    value.matches("[1-9][0-9]{1,4}")
                        && Integer.parseInt(value) >= 68
                        && Integer.parseInt(value) <= 65535,
                    ErrorCode.INVALID,
                    "failed to parse %s value: %s".formatted(key, value));
            case "com.docker.network.bridge.host_binding_ipv4" ->
                require(
                    isAddress(value),
                    ErrorCode.INVALID,
                    "failed to parse %s value: %s".formatted(key, value));
            case "com.docker.network.enable_ipv4" -> requireOff(key, value, false);
            case "com.docker.network.enable_ipv6", "encrypted" -> requireOff(key, value, true);
            default ->
                require(
                    !key.startsWith("com.docker.network."),
                    ErrorCode.NOT_IMPLEMENTED,
                    "the network option " + key + " is not supported");
          }
        });
  }

  /** An option that is there to say what is so anyway. */
  private static void requireOff(String key, String value, boolean off) {
    boolean isOff = Set.of("0", "f", "F", "FALSE", "false", "False").contains(value);
    require(
        isOff == off,
        ErrorCode.NOT_IMPLEMENTED,
        "the network option %s=%s is not supported".formatted(key, value));
  }

  private static boolean isAddress(String text) {
    try {
      return IpAddress.parse(text).family() == IpAddress.Family.V4;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static IpamConfig plan(@Nullable Ipam ipam) {
    IpamConfig none = new IpamConfig(null, null, null, null);
    if (ipam == null) {
      return none;
    }
    String driver = ipam.driver() == null ? "" : ipam.driver();
    require(
        driver.isEmpty() || driver.equals("default"),
        ErrorCode.NOT_FOUND,
        "plugin \"" + driver + "\" not found");
    List<IpamConfig> configs = ipam.config() == null ? List.of() : ipam.config();
    require(
        configs.size() < 2,
        ErrorCode.NOT_IMPLEMENTED,
        "networks of more than one subnet are not supported");
    return configs.isEmpty() ? none : configs.getFirst();
  }

  private static @Nullable Cidr subnet(IpamConfig plan) {
    if (isEmpty(plan.subnet())) {
      require(
          isEmpty(plan.gateway())
              && isEmpty(plan.ipRange())
              && (plan.auxiliaryAddresses() == null || plan.auxiliaryAddresses().isEmpty()),
          ErrorCode.INVALID,
          "Invalid subnet  : invalid CIDR address: ");
      return null;
    }
    Cidr subnet = cidr("subnet", String.valueOf(plan.subnet()));
    require(
        subnet.length() >= SHORTEST && subnet.length() <= LONGEST,
        ErrorCode.INVALID,
        "Invalid subnet %s : want a prefix length of %d to %d"
            .formatted(plan.subnet(), SHORTEST, LONGEST));
    return subnet;
  }

  private static @Nullable Cidr range(IpamConfig plan, @Nullable Cidr subnet) {
    if (isEmpty(plan.ipRange()) || subnet == null) {
      return null;
    }
    Cidr range = cidr("range", String.valueOf(plan.ipRange()));
    require(
        subnet.contains(range),
        ErrorCode.INVALID,
        "no matching subnet for range " + plan.ipRange());
    return range;
  }

  private static @Nullable IpAddress gateway(IpamConfig plan, @Nullable Cidr subnet) {
    return isEmpty(plan.gateway()) || subnet == null
        ? null
        : within(subnet, "gateway", String.valueOf(plan.gateway()));
  }

  private static Map<String, IpAddress> reserved(IpamConfig plan, @Nullable Cidr subnet) {
    Map<String, IpAddress> reserved = new HashMap<>();
    if (plan.auxiliaryAddresses() != null && subnet != null) {
      require(
          plan.auxiliaryAddresses().size() <= MAX_PAIRS,
          ErrorCode.INVALID,
          "a network has at most " + MAX_PAIRS + " auxiliary addresses");
      plan.auxiliaryAddresses()
          .forEach((name, text) -> reserved.put(name, within(subnet, "aux-address", text)));
    }
    return reserved;
  }

  /** No address is spoken for twice, and none is the subnet's own. */
  private static void checkApart(
      @Nullable Cidr subnet, @Nullable IpAddress gateway, Map<String, IpAddress> reserved) {
    if (subnet == null) {
      return;
    }
    Set<IpAddress> taken = new HashSet<>(Set.of(subnet.first(), subnet.last()));
    IpAddress way = gateway == null ? subnet.first().plus(1) : gateway;
    require(
        taken.add(way),
        ErrorCode.INVALID,
        "failed to allocate gateway (" + way + "): Address already in use");
    reserved.forEach(
        (name, address) ->
            require(
                taken.add(address),
                ErrorCode.INVALID,
                "failed to allocate secondary ip address (%s:%s): Address already in use"
                    .formatted(name, address)));
  }

  private static IpAddress within(Cidr subnet, String what, String text) {
    IpAddress address;
    try {
      address = IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID, "invalid " + what + ": " + e.getMessage(), e);
    }
    require(
        subnet.contains(address), ErrorCode.INVALID, "no matching subnet for " + what + " " + text);
    return address;
  }

  private static Cidr cidr(String what, String text) {
    Cidr parsed;
    try {
      parsed = Cidr.around(text);
    } catch (IllegalArgumentException e) {
      throw new ServiceException(
          ErrorCode.INVALID,
          "Invalid %s %s : invalid CIDR address: %s".formatted(what, text, text),
          e);
    }
    require(
        parsed.first().family() == IpAddress.Family.V4,
        ErrorCode.NOT_IMPLEMENTED,
        "networks with IPv6 are not supported");
    return parsed;
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static void require(boolean condition, ErrorCode code, String message) {
    if (!condition) {
      throw new ServiceException(code, message);
    }
  }
}
