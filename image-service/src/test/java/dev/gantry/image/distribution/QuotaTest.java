package dev.gantry.image.distribution;

import static dev.gantry.image.distribution.TestRegistry.MANIFEST;
import static dev.gantry.image.distribution.TestRegistry.digest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.image.distribution.TestRegistry.Answer;
import dev.gantry.image.quota.Quotas;
import dev.gantry.image.quota.Usage;
import dev.gantry.image.rule.RuleException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What teams have is counted once, and is never more than they may have. */
class QuotaTest extends EmptyRegistry {
  private static final TeamId TEAM = TeamId.DEFAULT;

  private void allow(long bytes) {
    Quotas.set(registry.database, Optional.of(TEAM), bytes);
  }

  private Usage.Report usage() {
    return Usage.of(registry.database, TEAM);
  }

  /** The sum that is kept is that of what the team's rows name. */
  private long counted() {
    long named =
        registry
            .database
            .fetchSingle(
                "select coalesce(sum(blob.size), 0) from named_blob join blob using (digest)"
                    + " where team = ?",
                TEAM.value())
            .get(0, Long.class);
    assertThat(usage().used()).isEqualTo(named);
    return named;
  }

  private static byte[] bytes(int seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void assertDenied(Answer answer, long... named) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.error()).isEqualTo("DENIED");
    for (long number : named) {
      assertThat(answer.json().at("/errors/0/message").asString()).contains(Long.toString(number));
    }
  }

  private long uploadedBytes() throws Exception {
    long bytes = 0;
    try (var files = Files.list(folder.resolve("uploads"))) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  @Test
  void eachBlobCountsOnceUntilItIsCollected() throws Exception {
    String image = registry.image("a/b", "one");
    assertThat(registry.manifest("a/b", "1", MANIFEST, image).status()).isEqualTo(201);
    long once = counted();
    assertThat(once).isPositive();
    registry.image("c/d", "one");
    assertThat(registry.manifest("c/d", "1", MANIFEST, image).status()).isEqualTo(201);
    registry.load("loaded:1", TestRegistry.tar("two"));
    registry.load("loaded:2", TestRegistry.tar("two"));
    long all = counted();
    assertThat(all).isGreaterThan(once);
    registry.removals.remove(TestRegistry.DEFAULT, "loaded:1", false, TestRegistry.NOWHERE);
    assertThat(counted()).isEqualTo(all);
    registry.removals.remove(TestRegistry.DEFAULT, "loaded:2", false, TestRegistry.NOWHERE);
    assertThat(counted()).isEqualTo(once);

    registry.call("DELETE", "/v2/a/b/manifests/" + digest(image));
    registry.removals.remove(TestRegistry.DEFAULT, "c/d:1", false, TestRegistry.NOWHERE);
    registry.pass(Duration.ofHours(2));
    assertThat(counted()).isZero();
    assertThat(registry.blobs.list()).isEmpty();
  }

  @Test
  void theMigrationCountsWhatWasThere() throws Exception {
    String image = registry.image("a/b", "one");
    assertThat(registry.manifest("a/b", "1", MANIFEST, image).status()).isEqualTo(201);
    registry.load("loaded:1", TestRegistry.tar("two"));
    long before = counted();
    postgres.execute("TRUNCATE team_blob, team_usage");
    try (InputStream script =
        TestRegistry.class.getResourceAsStream("/db/image-service/V6__quotas.sql")) {
      new String(Objects.requireNonNull(script).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith("insert into team_"))
          .forEach(postgres::execute);
    }
    assertThat(counted()).isEqualTo(before);
  }

  @Test
  void whatIsTooMuchIsRefusedBeforeItIsStored() throws Exception {
    allow(10_000);
    registry.blob("a/b", bytes(1, 4_000));
    byte[] large = bytes(2, 6_001);
    Answer whole =
        registry.call("POST", "/v2/a/b/blobs/uploads/?digest=" + Digest.ofBytes(large), large);
    assertDenied(whole, 10_000, 4_000, 6_001);
    String upload = registry.upload("a/b");
    assertDenied(registry.call("PATCH", upload, large), 10_000, 4_000, 6_001);
    assertDenied(registry.call("PUT", upload + "?digest=" + Digest.ofBytes(large), large), 10_000);
    assertThat(uploadedBytes()).isZero();
    byte[] fits = bytes(3, 6_000);
    assertThat(registry.call("PUT", upload + "?digest=" + Digest.ofBytes(fits), fits).status())
        .isEqualTo(201);
    assertThat(counted()).isEqualTo(10_000);
    // What the team has already takes no more room.
    assertThat(registry.call("HEAD", "/v2/a/b/blobs/" + Digest.ofBytes(fits)).status())
        .isEqualTo(200);
    registry.blob("a/b", new byte[0]);
  }

  @Test
  void whatDoesNotTellItsLengthIsRefusedAsItComes() throws Exception {
    allow(200_000);
    String upload = registry.upload("a/b");
    Answer refused = registry.stream("PATCH", upload, bytes(1, 900_000));
    assertDenied(refused, 200_000);
    assertThat(uploadedBytes()).isZero();
    assertThat(usage().arriving()).isZero();
    assertThat(registry.stream("PATCH", upload, bytes(1, 150_000)).status()).isEqualTo(202);
    assertThat(usage().arriving()).isEqualTo(150_000);
    assertDenied(registry.stream("PATCH", upload, bytes(2, 50_001)), 200_000);
    assertThat(uploadedBytes()).isEqualTo(150_000);
    assertThat(registry.stream("PATCH", upload, bytes(2, 50_000)).status()).isEqualTo(202);
  }

  private interface Push {
    int status(int number) throws Exception;
  }

  private static List<Integer> atOnce(int pushes, Push push) throws Exception {
    List<Future<Integer>> answers = new ArrayList<>();
    List<Integer> statuses = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < pushes; i++) {
        int number = i;
        Callable<Integer> one = () -> push.status(number);
        answers.add(threads.submit(one));
      }
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
    }
    return statuses;
  }

  @Test
  void pushesAtTheSameTimeShareTheRoom() throws Exception {
    allow(55_000);
    List<Integer> whole =
        atOnce(
            16,
            number -> {
              byte[] blob = bytes(number, 10_000);
              String path = "/v2/a/b" + number + "/blobs/uploads/?digest=";
              return registry.call("POST", path + Digest.ofBytes(blob), blob).status();
            });
    assertThat(whole).containsOnly(201, 403);
    assertThat(whole.stream().filter(status -> status == 201)).hasSize(5);
    assertThat(counted()).isEqualTo(50_000);

    List<Integer> begun =
        atOnce(
            10,
            number ->
                registry.stream("PATCH", registry.upload("c/d"), bytes(number, 1_000)).status());
    assertThat(begun).containsOnly(202, 403);
    assertThat(usage().used() + usage().arriving())
        .isEqualTo(50_000 + uploadedBytes())
        .isLessThanOrEqualTo(55_000);
  }

  @Test
  void aManifestIsCounted() throws Exception {
    String image = registry.image("a/b", "one");
    allow(counted() + image.length() - 1);
    assertDenied(registry.manifest("a/b", "1", MANIFEST, image), counted());
    assertThat(registry.blobs.list()).doesNotContain(digest(image));
    allow(counted() + image.length());
    assertThat(registry.manifest("a/b", "1", MANIFEST, image).status()).isEqualTo(201);
  }

  @Test
  void aLoadIsRefusedAndWhatIsThereIsLoadedAgain() throws Exception {
    registry.load("there:1", bytes(TestRegistry.tar("x"), 200_000));
    allow(counted());
    registry.load("there:2", bytes(TestRegistry.tar("x"), 200_000));
    List<Digest> stored = registry.blobs.list();
    assertThatThrownBy(() -> registry.load("new:1", TestRegistry.tar("other")))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining(Long.toString(counted()));
    assertThatThrownBy(() -> registry.load("new:1", bytes(TestRegistry.tar("y"), 900_000)))
        .isInstanceOf(RuleException.class);
    assertThat(registry.blobs.list()).containsExactlyInAnyOrderElementsOf(stored);
    assertThat(registry.blobs.incoming().files()).isZero();
  }

  /** A tar with so much behind its end. */
  private static byte[] bytes(byte[] tar, int more) {
    return java.util.Arrays.copyOf(tar, tar.length + more);
  }

  @Test
  void anImportIsRefusedAsItComes() throws Exception {
    allow(50_000);
    byte[] root = bytes(TestRegistry.tar("x"), 500_000);
    ByteArrayInputStream content = new ByteArrayInputStream(root);
    assertThatThrownBy(() -> registry.imports(content)).isInstanceOf(RuleException.class);
    assertThat(content.available()).isPositive();
    assertThat(registry.blobs.list()).isEmpty();
  }

  @Test
  void whatAnotherTeamSharesCountsWhereItIsMounted() throws Exception {
    byte[] blob = bytes(1, 5_000);
    registry.blob("a/b", blob);
    registry.gateway.share("default", "a/b");
    String shop = registry.gateway.issue("shop", "shop", TestGateway.ALL);
    Quotas.set(registry.database, Optional.of(new TeamId("shop")), 4_999L);
    String mount =
        "/v2/mine/blobs/uploads/?from=team.gantry/default/a/b&mount=" + Digest.ofBytes(blob);
    assertDenied(registry.as(shop, "POST", mount), 4_999);
    Quotas.unset(registry.database, new TeamId("shop"));
    assertThat(registry.as(shop, "POST", mount).status()).isEqualTo(201);
    assertThat(Usage.of(registry.database, new TeamId("shop")).used()).isEqualTo(5_000);
  }

  @Test
  void aTeamHasTheQuotaOfTheOthersOrItsOwn() throws Exception {
    registry.blob("a/b", bytes(1, 5_000));
    assertThat(usage().allowed()).isNull();
    Quotas.set(registry.database, Optional.empty(), 6_000L);
    assertThat(usage().allowed()).isEqualTo(6_000);
    Quotas.set(registry.database, Optional.of(TEAM), null);
    assertThat(usage().allowed()).isNull();
    assertThat(Quotas.all(registry.database))
        .isEqualTo(new Quotas.Overview(6_000L, List.of(usage())));
    Quotas.unset(registry.database, TEAM);
    assertThat(usage().allowed()).isEqualTo(6_000);
    // One that is lowered takes nothing away.
    Quotas.set(registry.database, Optional.of(TEAM), 0L);
    assertThat(registry.call("GET", "/v2/a/b/blobs/" + Digest.ofBytes(bytes(1, 5_000))).status())
        .isEqualTo(200);
    assertDenied(
        registry.call(
            "POST",
            "/v2/a/b/blobs/uploads/?digest=" + Digest.ofBytes("x".getBytes(UTF_8)),
            "x".getBytes(UTF_8)),
        0,
        5_000);
  }
}
