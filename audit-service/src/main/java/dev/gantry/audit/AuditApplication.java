package dev.gantry.audit;

import dev.gantry.services.NativeCryptography;
import dev.gantry.services.ProblemAdvice;
import dev.gantry.services.TraceExport;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** audit-service: the trail of who did what. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@Import(ProblemAdvice.class)
public class AuditApplication {

  /** The application, to be started alone or beside others in one process. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(AuditApplication.class)
        .properties("spring.config.name=audit-service")
        .properties(TraceExport.settings(System.getenv()));
  }

  public static void main(String[] arguments) {
    NativeCryptography.install();
    var unused = application().run(arguments);
  }
}
