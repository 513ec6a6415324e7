package dev.gantry.ops.standalone;

import dev.gantry.audit.AuditApplication;
import dev.gantry.gateway.GatewayApplication;
import dev.gantry.image.ImageApplication;
import dev.gantry.log.LogApplication;
import dev.gantry.network.NetworkApplication;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The services of the control plane, by name, in the order in which they are started. */
final class Services {
  private Services() {}

  static Map<String, Supplier<SpringApplicationBuilder>> all() {
    Map<String, Supplier<SpringApplicationBuilder>> all = new LinkedHashMap<>();
    all.put("image-service", ImageApplication::application);
    all.put("network-service", NetworkApplication::application);
    all.put("api-gateway", GatewayApplication::application);
    all.put("audit-service", AuditApplication::application);
    all.put("log-service", LogApplication::application);
    return all;
  }
}
