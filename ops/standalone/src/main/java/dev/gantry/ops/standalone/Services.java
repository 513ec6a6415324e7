package dev.gantry.ops.standalone;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The services of the control plane. */
final class Services {
  private Services() {}

  static Map<String, Supplier<SpringApplicationBuilder>> all() {
    Map<String, Supplier<SpringApplicationBuilder>> all = new LinkedHashMap<>();
    for (String name :
        new String[] {
          "image.ImageApplication", "network.NetworkApplication", "gateway.GatewayApplication"
        }) {
      all.put(name, application("dev.gantry." + name));
    }
    return all;
  }

  private static Supplier<SpringApplicationBuilder> application(String type) {
    return () -> {
      try {
        Method application = Class.forName(type).getMethod("application");
        return (SpringApplicationBuilder) application.invoke(null);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot start " + type, e);
      }
    };
  }
}
