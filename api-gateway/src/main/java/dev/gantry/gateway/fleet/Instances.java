package dev.gantry.gateway.fleet;

import dev.gantry.events.InstanceState;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * The running instances of the services: those that say so on the topic, and those that are
 * configured. One that has been silent is left out while others speak; when none does, the broker
 * is the likelier culprit and all are tried.
 */
public final class Instances implements DiscoveryClient {
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final Map<String, List<URI>> configured;
  private final Map<String, InstanceState> heard = new ConcurrentHashMap<>();
  private final InstantSource clock;

  public Instances(Map<String, List<URI>> configured, InstantSource clock) {
    this.configured = configured;
    this.clock = clock;
  }

  public void heard(String key, InstanceState state) {
    heard.merge(key, state, (was, now) -> now.time().isBefore(was.time()) ? was : now);
  }

  public void forget(String key) {
    heard.remove(key);
  }

  @Override
  public String description() {
    return "the instances that the fleet knows";
  }

  @Override
  public List<ServiceInstance> getInstances(String service) {
    var oldest = clock.instant().minus(SILENCE);
    List<InstanceState> all =
        heard.values().stream().filter(state -> state.service().equals(service)).toList();
    List<InstanceState> speaking =
        all.stream().filter(state -> state.time().isAfter(oldest)).toList();
    Map<URI, ServiceInstance> instances = new LinkedHashMap<>();
    for (InstanceState state : speaking.isEmpty() ? all : speaking) {
      instances.put(state.uri(), instance(service, state.instance(), state.uri()));
    }
    if (speaking.isEmpty()) {
      for (URI uri : configured.getOrDefault(service, List.of())) {
        instances.putIfAbsent(uri, instance(service, uri.getAuthority(), uri));
      }
    }
    return new ArrayList<>(instances.values());
  }

  private static ServiceInstance instance(String service, String id, URI uri) {
    return new DefaultServiceInstance(id, service, uri.getHost(), uri.getPort(), true);
  }

  @Override
  public List<String> getServices() {
    return List.copyOf(configured.keySet());
  }
}
