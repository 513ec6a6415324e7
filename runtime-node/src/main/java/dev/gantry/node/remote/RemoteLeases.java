package dev.gantry.node.remote;

import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.node.network.LeaseSource;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import java.io.IOException;
import java.util.List;

/** The leases of network-service. */
public record RemoteLeases(ServiceClient client) implements LeaseSource {
  @Override
  public Lease lease(LeaseRequest request) throws IOException {
    return client.post("/v1/leases", request.team(), request, Lease.class);
  }

  @Override
  public void release(String requestId) throws IOException {
    // A lease is named by its id alone, whoever's it is.
    client.delete("/v1/leases/" + requestId, TeamId.DEFAULT);
  }

  @Override
  public List<Lease> held(NodeId node) throws IOException {
    return List.of(client.get("/v1/leases?node=" + node, TeamId.DEFAULT, Lease[].class));
  }
}
