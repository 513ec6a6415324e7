package dev.gantry.log;

import dev.gantry.services.NativeCryptography;
import dev.gantry.services.ProblemAdvice;
import dev.gantry.services.TraceExport;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** log-service: output that outlives its container. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@Import(ProblemAdvice.class)
public class LogApplication {

  /** The application, to be started alone or beside others in one process. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(LogApplication.class)
        .properties("spring.config.name=log-service")
        .properties(TraceExport.settings(System.getenv()));
  }

  public static void main(String[] arguments) {
    NativeCryptography.install();
    var unused = application().run(arguments);
  }
}
