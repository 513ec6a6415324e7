package dev.gantry.node.api;

import dev.gantry.events.NodeState;
import dev.gantry.node.config.NodeIdentity;
import dev.gantry.node.journal.Heartbeat;
import dev.gantry.node.repair.Checker;
import java.io.IOException;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The node itself. */
@RestController
@RequestMapping("/v1/node")
class NodeController {
  private final Heartbeat heartbeat;
  private final Checker checker;

  NodeController(Heartbeat heartbeat, Checker checker) {
    this.heartbeat = heartbeat;
    this.checker = checker;
  }

  @GetMapping
  NodeState node() {
    return heartbeat.state();
  }

  @GetMapping("/check")
  List<String> check() throws IOException {
    return checker.differences();
  }

  /** The filter before every call. */
  @Configuration(proxyBeanMethods = false)
  static class Filters {
    @Bean
    FilterRegistrationBean<CallerFilter> callerFilter(NodeIdentity node) {
      var registration = new FilterRegistrationBean<>(new CallerFilter(node.id()));
      registration.addUrlPatterns("/v1/*");
      return registration;
    }
  }
}
