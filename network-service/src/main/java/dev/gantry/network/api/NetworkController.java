package dev.gantry.network.api;

import dev.gantry.engine.Network;
import dev.gantry.engine.NetworkCreateRequest;
import dev.gantry.engine.NetworkCreated;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.network.lease.Leases;
import dev.gantry.network.network.NetworkRecord;
import dev.gantry.network.network.Networks;
import dev.gantry.network.network.NewNetwork;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import dev.gantry.services.NetworkRemoved;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1")
class NetworkController {
  private final Networks networks;
  private final Leases leases;

  NetworkController(Networks networks, Leases leases) {
    this.networks = networks;
    this.leases = leases;
  }

  @PostMapping("/leases")
  Lease lease(@RequestHeader(GantryHeaders.TEAM) TeamId team, @RequestBody LeaseRequest request) {
    return leases.lease(team, request);
  }

  @DeleteMapping("/leases/{requestId}")
  void release(@PathVariable String requestId) {
    leases.release(requestId);
  }

  @GetMapping("/leases")
  List<Lease> leases(@RequestParam NodeId node) {
    return leases.held(node);
  }

  @GetMapping("/networks")
  List<Network> networks(@RequestHeader(GantryHeaders.TEAM) TeamId team) {
    return networks.list(team).stream().map(NetworkRecord::toEngine).toList();
  }

  @GetMapping("/networks/{idOrName}")
  Network network(@RequestHeader(GantryHeaders.TEAM) TeamId team, @PathVariable String idOrName) {
    return networks.require(team, idOrName).toEngine();
  }

  @PostMapping("/networks")
  @ResponseStatus(HttpStatus.CREATED)
  NetworkCreated create(
      @RequestHeader(GantryHeaders.TEAM) TeamId team, @RequestBody NetworkCreateRequest request) {
    return new NetworkCreated(networks.create(team, NewNetwork.of(request)).id(), "");
  }

  @DeleteMapping("/networks/{idOrName}")
  NetworkRemoved remove(
      @RequestHeader(GantryHeaders.TEAM) TeamId team, @PathVariable String idOrName) {
    return networks.remove(team, idOrName);
  }
}
