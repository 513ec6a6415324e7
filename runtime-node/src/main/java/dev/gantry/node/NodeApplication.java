package dev.gantry.node;

import dev.gantry.services.NativeCryptography;
import dev.gantry.services.TraceExport;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.ComponentScan;

/** The runtime-node: one per host, root, runs the containers of that host. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
    excludeName = {
      "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
      "org.springframework.boot.task.autoconfigure.TaskSchedulingAutoConfiguration"
    })
@ComponentScan
public class NodeApplication {
  private static final int PORT_BASE = 7100;
  private static final int PORT_OFFSET = 10;

  /** Not started yet; what starts it in another way starts the same. */
  public static SpringApplicationBuilder application() {
    Map<String, Object> defaults = new HashMap<>();
    defaults.put("spring.config.name", "runtime-node");
    defaults.put("server.port", port());
    return new SpringApplicationBuilder(NodeApplication.class)
        .main(NodeApplication.class)
        .properties(defaults)
        .properties(TraceExport.settings(System.getenv()));
  }

  private static int port() {
    String own = System.getenv("GANTRY_NODE_PORT");
    if (own != null && !own.isEmpty()) {
      return Integer.parseInt(own);
    }
    String base = System.getenv("GANTRY_PORT_BASE");
    return (base == null || base.isEmpty() ? PORT_BASE : Integer.parseInt(base)) + PORT_OFFSET;
  }

  public static void main(String[] arguments) {
    var unused = NativeCryptography.beside(application()).run(arguments);
    if (Boolean.getBoolean("gantry.exit-when-started")) {
      // Training run of the AOT cache.
      System.exit(0);
    }
  }
}
