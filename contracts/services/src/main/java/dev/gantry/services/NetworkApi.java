package dev.gantry.services;

import dev.gantry.engine.Network;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What network-service answers to gateway and nodes; networks are those of the team in the header.
 */
@HttpExchange("/v1")
public interface NetworkApi {
  @PostExchange("/leases")
  Lease lease(@RequestBody LeaseRequest request);

  /** Gives a block back; a request that is not known is answered alike. */
  @DeleteExchange("/leases/{requestId}")
  void release(@PathVariable String requestId);

  @GetExchange("/networks")
  List<Network> networks();

  @GetExchange("/networks/{idOrName}")
  Network network(@PathVariable String idOrName);
}
