package dev.gantry.services;

import dev.gantry.engine.Network;
import dev.gantry.engine.NetworkCreateRequest;
import dev.gantry.engine.NetworkCreated;
import dev.gantry.engine.NodeId;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What network-service answers to gateway and nodes; networks are those of the team in the header.
 */
@HttpExchange("/v1")
public interface NetworkApi {
  /**
   * Leases a block. Asked again with the same request id, it answers the same; a request id that
   * was given back (by its node, or because the node was silent for the whole term) is a conflict.
   */
  @PostExchange("/leases")
  Lease lease(@RequestBody LeaseRequest request);

  /**
   * Gives a block back; a request that is not known is answered alike, and will not be granted if
   * it arrives later.
   */
  @DeleteExchange("/leases/{requestId}")
  void release(@PathVariable String requestId);

  /**
   * What a node holds, of all teams. A node that starts takes over what it does not know of, or
   * gives it back; what it knows and does not find here it has lost.
   */
  @GetExchange("/leases")
  List<Lease> leases(@RequestParam NodeId node);

  @GetExchange("/networks")
  List<Network> networks();

  @GetExchange("/networks/{idOrName}")
  Network network(@PathVariable String idOrName);

  @PostExchange("/networks")
  NetworkCreated create(@RequestBody NetworkCreateRequest request);

  /**
   * Removes a network; whether containers are on it is for the caller to look. Its name is free at
   * once, its subnet when the last node has given its blocks back.
   */
  @DeleteExchange("/networks/{idOrName}")
  NetworkRemoved remove(@PathVariable String idOrName);
}
