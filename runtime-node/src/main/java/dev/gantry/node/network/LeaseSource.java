package dev.gantry.node.network;

import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import java.io.IOException;

/** Where blocks of addresses are leased from: network-service. */
public interface LeaseSource {
  /** Asks for a block; asked again with the same request id, the same block is answered. */
  Lease lease(LeaseRequest request) throws IOException;
}
