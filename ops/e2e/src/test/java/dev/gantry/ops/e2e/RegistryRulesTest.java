package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What teams may have, which tags stay and which go, by {@code ops/registry} and the docker CLI.
 */
class RegistryRulesTest {
  /** An address of this host that the platform under test may fetch from. */
  private static final String REACHABLE = "127.7.7.7";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final String repository = containers.name();
  private final String team = "rules-" + repository.replaceAll("[^a-z0-9]", "").substring(0, 6);
  private String rules = "";

  @BeforeEach
  void rememberRules() {
    rules = Platform.ops("registry", "rules").ok();
  }

  @AfterEach
  void putThemBack() throws Exception {
    Path before = Files.writeString(folder.resolve("rules.json"), rules);
    Platform.ops("registry", "rules", before.toString()).ok();
    Platform.ops("registry", "quota", team, "--unset").ok();
    for (String tag : tags()) {
      docker.run("rmi", "-f", repository + ":" + tag);
    }
  }

  private List<String> tags() {
    return docker.run("images", "--format", "{{.Tag}}", repository).lines();
  }

  @Test
  void aTeamHasNoMoreThanTheOperatorLetsIt() {
    Docker theirs = Docker.ofTeam(team, folder.resolve("certs"));
    Platform.ops("registry", "quota", team, "10K").ok();
    String archive = folder.resolve("busybox.tar").toString();
    docker.run("save", "-o", archive, "busybox").ok();
    Docker.Result loaded = theirs.run("load", "-i", archive);
    assertThat(loaded.exit()).isNotZero();
    assertThat(loaded.err()).contains("quota exceeded: team " + team + " may have 10240 bytes");
    assertThat(theirs.run("images", "-q").ok()).isEmpty();

    Platform.ops("registry", "quota", team, "none").ok();
    theirs.run("load", "-i", archive).ok();
    assertThat(Platform.ops("registry", "quotas").ok()).contains(team);
    theirs.run("rmi", "busybox").ok();
  }

  @Test
  void aPushOfTheCliIsToldWhyItIsRefused() {
    Docker theirs = Docker.ofTeam(team, folder.resolve("certs"));
    String own = Platform.ops("status", "--registry").ok();
    String issued = theirs.ops("tokens", "issue", "--quiet", "--rights", "pull,push").ok();
    Platform.ops("registry", "quota", team, "10K").ok();
    Docker client = docker.with("DOCKER_CONFIG", folder.resolve("client").toString());
    client.runWithInput(issued.getBytes(UTF_8), "login", "-u", "any", "--password-stdin", own).ok();
    String name = own + "/" + repository + ":1";
    docker.run("tag", "busybox", name).ok();
    Docker.Result pushed = client.run("push", name);
    assertThat(pushed.exit()).isNotZero();
    assertThat(pushed.out() + pushed.err())
        .contains("denied: quota exceeded: team " + team + " may have 10240 bytes");
    docker.run("rmi", name).ok();
  }

  @Test
  void onlyTheOperatorSetsQuotas() {
    Docker theirs = Docker.ofTeam(team, folder.resolve("certs"));
    Docker.Result set = theirs.ops("registry", "quota", team, "none");
    assertThat(set.exit()).isNotZero();
    assertThat(set.err()).contains("not allowed to quota set");
    assertThat(theirs.ops("registry", "usage").ok()).contains(team, "no limit");
  }

  @Test
  void anImmutableTagStays() {
    docker.run("tag", "busybox", repository + ":v1").ok();
    Platform.ops("registry", "immutable", repository + ":v*").ok();
    docker.run("tag", "busybox", repository + ":v1").ok();
    Docker.Result removed = docker.run("rmi", "-f", repository + ":v1");
    assertThat(removed.exit()).isNotZero();
    assertThat(removed.err()).contains(repository + ":v1 is immutable by a rule of its team");
    String other = containers.name();
    docker.run("run", "--name", other, "busybox", "touch", "/file").ok();
    assertThat(docker.run("commit", other, repository + ":v1").err()).contains("is immutable");
    docker.run("commit", other, repository + ":w1").ok();
    docker.run("rm", other).ok();
    assertThat(docker.run("tag", repository + ":w1", repository + ":v1").err())
        .contains("is immutable");
    assertThat(tags()).contains("v1");
  }

  @Test
  void oldTagsGoAndThoseOfContainersStay() {
    String used = containers.name();
    for (String tag : List.of("1", "2", "3", "4")) {
      String made = containers.name();
      docker.run("run", "--name", made, "busybox", "touch", "/" + tag).ok();
      docker.run("commit", made, repository + ":" + tag).ok();
      docker.run("rm", made).ok();
    }
    docker.run("create", "--name", used, repository + ":1").ok();
    assertThat(Platform.ops("registry", "keep", "2", repository, "--try").ok())
        .contains(repository + ":2")
        .doesNotContain(repository + ":1", repository + ":3", repository + ":4");
    assertThat(tags()).hasSize(4);

    Platform.ops("registry", "keep", "2", repository).ok();
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(tags()).containsExactlyInAnyOrder("1", "3", "4"));
    String[] events = {"events", "--since", "60s", "--until", "0s", "--filter", "event=untag"};
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(docker.run(events).ok()).contains("name=" + repository + ":2"));
    docker.run("rm", used).ok();
  }

  @Test
  void aRootFileSystemIsImportedFromWhereItMayBeFetched() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(REACHABLE, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean there = exchange.getRequestURI().getPath().equals("/root.tar");
          byte[] answer = there ? new byte[1024] : "no such file".getBytes(UTF_8);
          exchange.sendResponseHeaders(there ? 200 : 404, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://" + REACHABLE + ":" + server.getAddress().getPort();
      String imported =
          docker.run("import", "-m", "from afar", url + "/root.tar", repository + ":url").ok();
      assertThat(imported).contains("Downloading from " + url + "/root.tar", "sha256:");
      assertThat(docker.run("history", "--format", "{{.Comment}}", repository + ":url").ok())
          .isEqualTo("from afar");
      Docker.Result absent = docker.run("import", url + "/other.tar");
      assertThat(absent.err())
          .contains("failed to GET " + url + "/other.tar with status 404 Not Found: no such file");
      Docker.Result refused = docker.run("import", "http://127.0.0.1:1/root.tar");
      assertThat(refused.err()).contains("127.0.0.1:1 is an address of this host");
    } finally {
      server.stop(0);
    }
  }
}
