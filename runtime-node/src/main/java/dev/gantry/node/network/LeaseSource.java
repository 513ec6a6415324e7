package dev.gantry.node.network;

import dev.gantry.engine.NodeId;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import java.io.IOException;
import java.util.List;

/** Where blocks of addresses are leased from: network-service. */
public interface LeaseSource {
  /** Asks for a block; asked again with the same request id, the same block is answered. */
  Lease lease(LeaseRequest request) throws IOException;

  /** Gives a block back; one that is not lent is well. */
  void release(String requestId) throws IOException;

  /** Everything that is lent to a node. */
  List<Lease> held(NodeId node) throws IOException;
}
