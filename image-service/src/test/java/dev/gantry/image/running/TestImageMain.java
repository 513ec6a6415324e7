package dev.gantry.image.running;

import dev.gantry.delivery.KafkaClients;
import dev.gantry.image.ImageApplication;
import dev.gantry.image.access.Gateway;
import dev.gantry.image.distribution.TestGateway;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * image-service, but for the gateway, which knows one token of each of two teams, and the broker,
 * which is away: what is told stays in the outbox.
 */
@Configuration(proxyBeanMethods = false)
public class TestImageMain {
  static final List<String> TEAMS = List.of("default", "shop");

  @Bean
  @Primary
  KafkaClients noKafkaClients() {
    return KafkaClients.of(
        Map.of("bootstrap.servers", "127.0.0.1:1", "security.protocol", "PLAINTEXT"),
        "image-service");
  }

  @Bean
  @Primary
  Gateway knowingGateway() {
    TestGateway gateway = new TestGateway();
    TEAMS.forEach(team -> gateway.issue(team, team, TestGateway.ALL));
    return new Gateway(List.of(gateway));
  }

  public static void main(String[] arguments) {
    var unused = ImageApplication.application().sources(TestImageMain.class).run(arguments);
  }
}
