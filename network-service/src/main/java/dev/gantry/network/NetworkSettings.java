package dev.gantry.network;

import dev.gantry.network.plan.Pool;
import dev.gantry.network.plan.Pools;
import dev.gantry.services.SettingsCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of network-service.
 *
 * @param pools ranges from which networks get their subnets
 * @param blockLength prefix length of the blocks that nodes lease
 * @param leaseTerm how long nothing may be heard of a node until its leases are taken back
 * @param kafka host and port of the broker
 * @param certs folder with the platform's certificates
 * @param advertise the host that others reach this service by
 */
@ConfigurationProperties(prefix = "gantry.network", ignoreUnknownFields = false)
public record NetworkSettings(
    List<String> pools,
    int blockLength,
    Duration leaseTerm,
    String kafka,
    Path certs,
    String cert,
    String advertise) {

  public NetworkSettings {
    SettingsCheck check = new SettingsCheck();
    check.require(
        blockLength >= 8 && blockLength <= 30, "gantry.network.block-length", "must be 8 to 30");
    check.require(!pools.isEmpty(), "gantry.network.pools", "must name a range");
    check.require(
        leaseTerm.compareTo(Duration.ofMinutes(5)) >= 0,
        "gantry.network.lease-term",
        "must be at least 5m");
    for (String pool : pools) {
      Pool _ = check.parse("gantry.network.pools", () -> Pool.parse(pool));
    }
    check.done();
  }

  /** The ranges, parsed. */
  public Pools poolPlan() {
    return new Pools(pools.stream().map(Pool::parse).toList());
  }
}
