package dev.gantry.node.dns;

import dev.gantry.engine.ContainerId;
import dev.gantry.node.kernel.NetNamespaces;
import dev.gantry.node.kernel.Nftables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The responders of this node's containers. Each listens inside its container's network namespace,
 * where a rule leads {@code 127.0.0.11:53} to it: no port that the container may want is taken, and
 * who asks is known without a look at the packet.
 */
public final class Resolvers implements AutoCloseable {
  /** Where a container asks. */
  public static final String ADDRESS = "127.0.0.11";

  private static final Logger log = LoggerFactory.getLogger(Resolvers.class);

  private final Nftables nftables = new Nftables();
  private final NetworkNames names = new NetworkNames();
  private final Answers answers;
  private final Upstream upstream;
  private final Map<ContainerId, Responder> responders = new ConcurrentHashMap<>();

  public Resolvers(RandomGenerator random) {
    this.answers = new Answers(names, random);
    this.upstream = new Upstream(random);
  }

  /**
   * A container is found on a network.
   *
   * @param called the first is what its address is called by
   */
  public void name(
      String networkId, String network, ContainerId id, Collection<String> called, String address) {
    names.put(networkId, network, id, called, address);
  }

  /** A container is on a network no more; where it was not, that is well. */
  public void forget(String networkId, ContainerId id) {
    names.remove(networkId, id);
  }

  /** Answers a container, or goes on to with another scope. */
  public void serve(ContainerId id, Path namespace, Scope scope) throws IOException {
    Responder there = responders.get(id);
    if (there != null) {
      there.scope(scope);
      return;
    }
    Responder responder =
        NetNamespaces.enter(
            namespace,
            () -> {
              Responder opened = Responder.open(answers, upstream, scope);
              try {
                lead(opened);
                return opened;
              } catch (IOException e) {
                opened.close();
                throw e;
              }
            });
    responder.serve();
    responders.put(id, responder);
  }

  /** In the network namespace of the calling thread; rules of an earlier process are replaced. */
  private void lead(Responder responder) throws IOException {
    try (Nftables here = nftables.here()) {
      here.run(
          """
          add table ip gantry_dns
          delete table ip gantry_dns
          table ip gantry_dns {
            chain output {
              type nat hook output priority -100; policy accept;
              ip daddr %1$s udp dport 53 dnat to %1$s:%2$d
              ip daddr %1$s tcp dport 53 dnat to %1$s:%3$d
            }
          }
          """
              .formatted(ADDRESS, responder.datagramPort(), responder.streamPort()));
    }
  }

  /** Whether a container is answered. */
  public boolean serves(ContainerId id) {
    return responders.containsKey(id);
  }

  /** Ends the answering of a container; none is well. */
  public void end(ContainerId id) {
    Responder responder = responders.remove(id);
    if (responder != null) {
      try {
        responder.close();
      } catch (IOException e) {
        log.warn("the name server of container {} was not closed: {}", id, e.toString());
      }
    }
  }

  @Override
  public void close() {
    responders.keySet().forEach(this::end);
    nftables.close();
  }
}
