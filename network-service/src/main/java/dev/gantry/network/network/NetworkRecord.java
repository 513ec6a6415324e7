package dev.gantry.network.network;

import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Ipam;
import dev.gantry.engine.IpamConfig;
import dev.gantry.engine.Network;
import dev.gantry.engine.TeamId;
import dev.gantry.network.plan.BlockPlan;
import dev.gantry.network.plan.Cidr;
import dev.gantry.network.plan.IpAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * A network as it is stored.
 *
 * @param subnet null where addresses are not ours to give (host, none)
 * @param range the part of the subnet from which addresses are given
 * @param reserved addresses that are never given out, by name
 */
public record NetworkRecord(
    String id,
    TeamId team,
    String name,
    String driver,
    boolean predefined,
    @Nullable String subnet,
    @Nullable String range,
    @Nullable String gateway,
    int blockLength,
    boolean internal,
    boolean attachable,
    Map<String, String> labels,
    Map<String, String> options,
    Map<String, String> reserved,
    Instant createdAt,
    long version) {

  /** It has its configuration from no other network. */
  private static final JsonNode NO_CONFIG = EngineJson.MAPPER.createObjectNode().put("Network", "");

  private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};

  /** In the Engine API's shape. */
  public Network toEngine() {
    List<IpamConfig> configs =
        subnet == null
            ? List.of()
            : List.of(
                new IpamConfig(
                    subnet,
                    subnet.equals(range) ? null : range,
                    gateway,
                    reserved.isEmpty() ? null : reserved));
    return new Network(
        name,
        id,
        createdAt.toString(),
        "local",
        driver,
        true,
        false,
        new Ipam("default", configs, null),
        internal,
        attachable,
        false,
        NO_CONFIG,
        false,
        Map.of(),
        options,
        labels,
        null);
  }

  /** How it is cut into blocks for nodes; only where it has a subnet. */
  public BlockPlan blocks() {
    Cidr whole = Cidr.parse(String.valueOf(subnet));
    Cidr part = range == null ? whole : Cidr.parse(range);
    return BlockPlan.of(whole, part, BlockPlan.blockLength(part, blockLength), spokenFor());
  }

  private List<IpAddress> spokenFor() {
    return spokenFor(gateway, reserved);
  }

  /** The addresses that no endpoint gets, but for the first and last of the subnet. */
  public static List<IpAddress> spokenFor(@Nullable String gateway, Map<String, String> reserved) {
    List<IpAddress> all = new ArrayList<>();
    if (gateway != null) {
      all.add(IpAddress.parse(gateway));
    }
    reserved.values().forEach(address -> all.add(IpAddress.parse(address)));
    return all;
  }

  /** Labels, options or reserved addresses, as a row keeps them. */
  public static Map<String, String> pairs(String json) {
    return EngineJson.MAPPER.readValue(json, PAIRS);
  }
}
