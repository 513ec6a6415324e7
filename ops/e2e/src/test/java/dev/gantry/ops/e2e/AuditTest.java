package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who did what: every call is on the trail, and nothing secret is. */
class AuditTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  @Test
  void everyCallIsOnTheTrail() throws IOException {
    String name = containers.name();
    docker.run("run", "--name", name, "-e", "PASSWORD=hunter2", "busybox", "true").ok();
    docker.run("rm", name).ok();
    docker.run("start", "no-such-container");
    Awaitility.await()
        .untilAsserted(
            () -> {
              String trail = Http.call("GET", "/gantry/v1/audit?limit=200", "").body();
              assertThat(trail)
                  .contains(
                      "container.create",
                      "container.start",
                      "container.remove",
                      "no-such-container")
                  .contains(name)
                  .doesNotContain("hunter2");
            });
    assertThat(Http.call("GET", "/gantry/v1/audit/verify", "").status()).isEqualTo(200);
  }
}
