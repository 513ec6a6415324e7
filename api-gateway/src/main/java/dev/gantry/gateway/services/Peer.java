package dev.gantry.gateway.services;

import dev.gantry.engine.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Another process of the platform.
 *
 * @param name as people know it: {@code node-1}, {@code image-service}
 * @param kind the module that it runs
 * @param node its id where it is a node
 */
public record Peer(String name, String kind, Origin origin, @Nullable NodeId node) {
  public static Peer service(String name, Origin origin) {
    return new Peer(name, name, origin, null);
  }

  public static Peer node(String name, Origin origin, NodeId id) {
    return new Peer(name, "runtime-node", origin, id);
  }
}
