package dev.gantry.gateway.services;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultRequest;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.SimpleObjectProvider;
import reactor.core.publisher.Flux;

/** Which instance of a service answers the next call: the fleet's instances, in turn. */
public final class ServiceDirectory {
  private final Function<String, List<ServiceInstance>> instances;
  private final Map<String, RoundRobinLoadBalancer> balancers = new ConcurrentHashMap<>();

  /**
   * @param instances those of a service that are alive, as known now
   */
  public ServiceDirectory(Function<String, List<ServiceInstance>> instances) {
    this.instances = instances;
  }

  /** An instance of a service, named as its module is. */
  public Peer peer(String service) {
    Response<ServiceInstance> chosen =
        balancers.computeIfAbsent(service, this::balancer).choose(new DefaultRequest<>()).block();
    ServiceInstance instance = chosen == null ? null : server(chosen);
    if (instance == null) {
      throw new ServiceException(ErrorCode.UNAVAILABLE, service + " is not running");
    }
    return Peer.service(service, Origin.of(instance.getUri()));
  }

  private static @Nullable ServiceInstance server(Response<ServiceInstance> chosen) {
    return chosen.hasServer() ? chosen.getServer() : null;
  }

  private RoundRobinLoadBalancer balancer(String service) {
    ServiceInstanceListSupplier supplier =
        new ServiceInstanceListSupplier() {
          @Override
          public String getServiceId() {
            return service;
          }

          @Override
          public Flux<List<ServiceInstance>> get() {
            return Flux.just(instances.apply(service));
          }
        };
    return new RoundRobinLoadBalancer(new SimpleObjectProvider<>(supplier), service);
  }
}
