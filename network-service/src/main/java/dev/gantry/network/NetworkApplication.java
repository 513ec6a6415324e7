package dev.gantry.network;

import dev.gantry.services.NativeCryptography;
import dev.gantry.services.ProblemAdvice;
import dev.gantry.services.TraceExport;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** network-service: the address plan. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@Import(ProblemAdvice.class)
public class NetworkApplication {

  /** The application, to be started alone or beside others in one process. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(NetworkApplication.class)
        .properties("spring.config.name=network-service")
        .properties(TraceExport.settings(System.getenv()));
  }

  public static void main(String[] arguments) {
    NativeCryptography.install();
    var unused = application().run(arguments);
  }
}
