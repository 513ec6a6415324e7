package dev.gantry.node.running;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.node.NodeApplication;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The node, but for its broker's listener, which in tests has no TLS. */
@Configuration(proxyBeanMethods = false)
public class TestNodeMain {

  @Bean
  @Primary
  KafkaClients plainKafkaClients() {
    return KafkaClients.of(
        Map.of(
            "bootstrap.servers", System.getenv("GANTRY_KAFKA"), "security.protocol", "PLAINTEXT"),
        "runtime-node");
  }

  public static void main(String[] arguments) {
    var unused = NodeApplication.application().sources(TestNodeMain.class).run(arguments);
    if (Boolean.getBoolean("gantry.exit-when-started")) {
      System.exit(0);
    }
  }
}
