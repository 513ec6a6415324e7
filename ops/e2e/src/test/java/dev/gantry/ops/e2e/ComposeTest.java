package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's {@code docker-compose} with three services on two networks. */
class ComposeTest {
  @TempDir Path folder;
  private final Docker docker = Docker.onSocket();

  @BeforeEach
  void project() throws IOException {
    try (var file = ComposeTest.class.getResourceAsStream("/compose/docker-compose.yml")) {
      Files.copy(Objects.requireNonNull(file), folder.resolve("docker-compose.yml"));
    }
  }

  @AfterEach
  void down() throws IOException {
    compose("down", "-v");
  }

  private Docker.Result compose(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker-compose", "-p", "e2ecompose"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("DOCKER_HOST", Platform.host());
    return Docker.finish(builder.start(), new byte[0]);
  }

  private String fetch(String service, String url) throws IOException {
    return compose("exec", "-T", service, "wget", "-qO-", url).out().strip();
  }

  @Test
  void aProjectComesUpFindsItselfAndGoes() throws IOException {
    compose("up", "-d").ok();

    assertThat(fetch("web", "http://api:8000/")).isEqualTo("of the api");
    assertThat(fetch("api", "http://database:5432/")).isEqualTo("of the database");
    assertThat(fetch("api", "http://store:5432/")).isEqualTo("of the database");
    assertThat(fetch("web", "http://database:5432/")).isEmpty();
    assertThat(fetch("api", "http://10.215.0.50/")).isEqualTo("of the web");
    String port = compose("port", "web", "80").ok();
    assertThat(Http.getPatiently("http://" + port + "/")).isEqualTo("of the web\n");
    assertThat(compose("up", "-d").err()).contains("up-to-date").doesNotContain("Recreating");
    assertThat(compose("ps").out()).contains("Up (healthy)");

    compose("down", "-v").ok();

    assertThat(docker.run("network", "ls", "-q", "--filter", "name=e2ecompose").lines()).isEmpty();
    assertThat(docker.run("volume", "ls", "-q", "--filter", "name=e2ecompose").lines()).isEmpty();
  }
}
