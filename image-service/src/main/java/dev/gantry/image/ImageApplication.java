package dev.gantry.image;

import dev.gantry.services.NativeCryptography;
import dev.gantry.services.ProblemAdvice;
import dev.gantry.services.TraceExport;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** image-service: the fleet's image store. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
@Import(ProblemAdvice.class)
public class ImageApplication {

  /** The application, to be started alone or beside others in one process. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(ImageApplication.class)
        .properties("spring.config.name=image-service")
        .properties(TraceExport.settings(System.getenv()));
  }

  public static void main(String[] arguments) {
    NativeCryptography.install();
    var unused = application().run(arguments);
  }
}
