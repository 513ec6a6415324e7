package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The docker CLI's pull, push and login, at Debian's registry and the platform's own. */
class PullPushTest {
  @TempDir Path folder;
  private final Docker plain = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(plain);
  private final String repository = containers.name();

  @AfterEach
  void removeImages() {
    for (String image : plain.run("images", "--format", "{{.Repository}}:{{.Tag}}").lines()) {
      if (image.contains(repository)) {
        plain.run("rmi", "-f", image);
      }
    }
  }

  /** With what it was told at logins in a folder of the test. */
  private Docker docker() {
    return plain.with("DOCKER_CONFIG", folder.resolve("client").toString());
  }

  @Test
  void whatWasPushedIsPulledAndRuns() throws Exception {
    try (DebianRegistry registry = DebianRegistry.start(folder, false)) {
      Docker docker = docker();
      String name = registry.address() + "/" + repository;
      docker.run("tag", "busybox", name + ":1").ok();
      String pushed = docker.run("push", name + ":1").ok();
      assertThat(pushed)
          .contains(
              "The push refers to repository [" + name + "]", ": Pushed", "1: digest: sha256:");
      assertThat(docker.run("push", name + ":1").ok()).contains("Layer already exists");
      docker.run("tag", "busybox", name + "/other:1").ok();
      assertThat(docker.run("push", name + "/other:1").ok()).contains("Mounted from " + repository);
      String digest = pushed.substring(pushed.indexOf("sha256:")).split(" ")[0];

      docker.run("rmi", name + ":1", name + "/other:1").ok();
      assertThat(docker.run("run", "--rm", name + ":1", "echo", "came").ok()).isEqualTo("came");
      assertThat(docker.run("pull", name + ":1").ok())
          .contains("Digest: " + digest, "Status: Image is up to date for " + name + ":1");
      assertThat(docker.inspect("--type", "image", name + ":1").at("/RepoDigests").toString())
          .contains(name + "@" + digest);
      assertThat(docker.run("pull", "-a", name).ok()).contains("1: Pulling from " + repository);
      assertThat(docker.run("pull", name + ":2").err())
          .contains("manifest for " + name + ":2 not found: manifest unknown: manifest unknown");
      assertThat(docker.run("manifest", "inspect", "--insecure", name + ":1").ok())
          .contains("layers");
    }
  }

  @Test
  void aRegistryThatIsClosedWantsALogin() throws Exception {
    try (DebianRegistry registry = DebianRegistry.start(folder, true)) {
      Docker docker = docker();
      String name = registry.address() + "/" + repository + ":1";
      docker.run("tag", "busybox", name).ok();
      assertThat(docker.run("push", name).err()).contains("no basic auth credentials");
      assertThat(login(docker, registry.address(), "ann", "wrong").exit()).isNotZero();
      assertThat(login(docker, registry.address(), "ann", "secret").ok())
          .contains("Login Succeeded");
      assertThat(docker.run("push", name).ok()).contains("digest: sha256:");
      docker.run("rmi", name).ok();
      assertThat(docker.run("pull", name).ok()).contains("Downloaded newer image for " + name);
      docker.run("logout", registry.address()).ok();
      assertThat(docker.run("pull", name).err()).contains("no basic auth credentials");
    }
  }

  @Test
  void theOwnRegistryIsOneAsWell() {
    Docker docker = docker();
    String own = Platform.ops("status", "--registry").ok();
    String token = Platform.ops("tokens", "issue", "--quiet", "--rights", "pull,push").ok();
    try {
      docker.run("tag", "busybox", repository + ":1").ok();
      String name = own + "/" + repository + ":1";
      assertThat(docker.run("pull", name).exit()).isNotZero();
      assertThat(login(docker, own, "any", token).ok()).contains("Login Succeeded");
      assertThat(docker.run("pull", name).ok()).contains("Downloaded newer image for " + name);
      docker.run("tag", name, own + "/" + repository + ":2").ok();
      assertThat(docker.run("push", own + "/" + repository + ":2").ok()).contains("2: digest:");
      assertThat(docker.run("run", "--rm", repository + ":2", "echo", "back").ok())
          .isEqualTo("back");
    } finally {
      Platform.ops("tokens", "revoke", token.split("_")[1]).ok();
    }
  }

  @Test
  void privateServicesOfTheHostAreNotReached() {
    Docker.Result pulled = plain.run("pull", "127.0.0.1:1/" + repository + ":1");
    assertThat(pulled.exit()).isNotZero();
    assertThat(pulled.err()).contains("127.0.0.1:1 is an address of this host");
  }

  private static Docker.Result login(Docker docker, String server, String user, String password) {
    return docker.runWithInput(
        password.getBytes(UTF_8), "login", "-u", user, "--password-stdin", server);
  }
}
