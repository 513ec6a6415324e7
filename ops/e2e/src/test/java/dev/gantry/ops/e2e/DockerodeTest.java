package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** dockerode, the Docker client of Node.js: what {@code src/test/node/streams.cjs} has. */
class DockerodeTest {
  @TempDir static Path folder = Path.of("");

  @BeforeAll
  static void install() throws IOException {
    Path source = Platform.home().resolve("ops/e2e/src/test/node");
    for (String file : List.of("package.json", "package-lock.json", "streams.cjs")) {
      Files.copy(source.resolve(file), folder.resolve(file));
    }
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error").ok();
  }

  private static Docker.Result run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("DOCKER_HOST", Platform.host());
    return Docker.finish(builder.start(), new byte[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"attach", "terminal", "exec", "logs", "stats", "events"})
  void streamsAreAsItsUsersWantThem(String use) throws IOException {
    Docker.Result result = run("node", "streams.cjs", use);
    assertThat(result.exit()).as(result.err()).isZero();
  }
}
