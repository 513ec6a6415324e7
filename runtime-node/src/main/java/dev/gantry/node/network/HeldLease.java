package dev.gantry.node.network;

import dev.gantry.engine.TeamId;
import dev.gantry.services.Lease;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A lease that this node holds, or a request whose answer has not come yet.
 *
 * @param network id; null for the team's bridge
 * @param address of the client's choice, which the lease is for; null for a whole block
 * @param lease null while the answer has not come
 */
record HeldLease(
    String requestId,
    TeamId team,
    @Nullable String network,
    @Nullable String address,
    @Nullable Lease lease) {

  boolean isOf(TeamId other, @Nullable String networkId) {
    return team.equals(other) && Objects.equals(network, networkId);
  }

  boolean isOn(String networkId) {
    return networkId.equals(network) || lease != null && networkId.equals(lease.networkId());
  }

  /** Whether addresses are given out of it as they come. */
  boolean isBlock() {
    return lease != null && address == null;
  }

  HeldLease answered(Lease answer) {
    return new HeldLease(requestId, team, network, address, answer);
  }
}
