package dev.gantry.network.network;

import dev.gantry.engine.Ipam;
import dev.gantry.engine.IpamConfig;
import dev.gantry.engine.Network;
import dev.gantry.engine.TeamId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network as it is stored.
 *
 * @param subnet null where addresses are not ours to give (host, none)
 */
public record NetworkRecord(
    String id,
    TeamId team,
    String name,
    String driver,
    boolean predefined,
    @Nullable String subnet,
    @Nullable String gateway,
    int blockLength,
    boolean internal,
    boolean attachable,
    Map<String, String> labels,
    Map<String, String> options,
    @Nullable String lastBlock,
    Instant createdAt,
    long version) {

  /** In the Engine API's shape. */
  public Network toEngine() {
    List<IpamConfig> configs =
        subnet == null ? List.of() : List.of(new IpamConfig(subnet, null, gateway, null));
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
        null,
        false,
        Map.of(),
        options,
        labels,
        null);
  }
}
