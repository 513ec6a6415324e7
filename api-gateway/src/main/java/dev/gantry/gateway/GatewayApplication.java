package dev.gantry.gateway;

import dev.gantry.services.NativeCryptography;
import dev.gantry.services.ProblemAdvice;
import dev.gantry.services.TraceExport;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** api-gateway: the one door of the platform. */
@SpringBootApplication(
    proxyBeanMethods = false,
    excludeName = {
      // The gateway migrates its schema itself, so that it starts while PostgreSQL is away.
      "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
      "org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration"
    })
@ConfigurationPropertiesScan
@Import(ProblemAdvice.class)
public class GatewayApplication {

  /** The application, to be started alone or beside others in one process. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(GatewayApplication.class)
        .properties("spring.config.name=api-gateway")
        .properties(TraceExport.settings(System.getenv()));
  }

  public static void main(String[] arguments) {
    NativeCryptography.install();
    var unused = application().run(arguments);
  }
}
