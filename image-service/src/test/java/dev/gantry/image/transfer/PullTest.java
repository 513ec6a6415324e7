package dev.gantry.image.transfer;

import static dev.gantry.image.transfer.TestStore.ANN;
import static dev.gantry.image.transfer.TestStore.SHOP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.quota.Quotas;
import dev.gantry.image.quota.Usage;
import dev.gantry.image.remote.Credentials;
import dev.gantry.image.rule.RuleException;
import dev.gantry.image.rule.RuleRows;
import dev.gantry.image.rule.TagRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images on their way in, from registries that break, lie and ask who asks. */
class PullTest extends EmptyStore {
  private static final TestImage IMAGE = TestImage.of("amd64", 1, 400_000, 3_000);

  private FaultyRegistry registry;
  private String name;

  @BeforeEach
  void start() throws Exception {
    registry = new FaultyRegistry();
    registry.put("1", IMAGE);
    name = registry.address() + "/shop/web";
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
  }

  private static String id(Digest digest) {
    return digest.hex().substring(0, 12) + ": ";
  }

  private void assertThere(Actor actor) throws IOException {
    TeamImage image = store.image(actor, name + ":1").orElseThrow();
    assertThat(image.id()).isEqualTo(IMAGE.config());
    assertThat(image.repoDigests()).containsExactly(name + "@" + IMAGE.digest());
    for (Digest blob : IMAGE.blobs().keySet()) {
      assertThat(store.has(blob)).isTrue();
    }
    assertThat(store.blobs.incoming().files()).isZero();
  }

  private void assertAbsent() throws IOException {
    assertThat(store.image(ANN, name + ":1")).isEmpty();
    assertThat(store.image(ANN, IMAGE.config().value())).isEmpty();
    assertThat(store.blobs.incoming().files()).isZero();
  }

  @Test
  void anImageComesAndIsToldAsDockerTellsIt() throws Exception {
    List<String> told = store.pull(name, "1");
    assertThat(told).startsWith("1: Pulling from shop/web");
    assertThat(told)
        .contains(
            id(IMAGE.layers().get(0)) + "Pulling fs layer",
            id(IMAGE.layers().get(0)) + "Verifying Checksum",
            id(IMAGE.layers().get(0)) + "Download complete")
        .endsWith(
            id(IMAGE.layers().get(0)) + "Pull complete",
            id(IMAGE.layers().get(1)) + "Pull complete",
            "Digest: " + IMAGE.digest(),
            "Status: Downloaded newer image for " + name + ":1");
    assertThere(ANN);
    assertThat(store.pull(name, "1"))
        .containsExactly(
            "1: Pulling from shop/web",
            "Digest: " + IMAGE.digest(),
            "Status: Image is up to date for " + name + ":1");
    for (Digest blob : IMAGE.blobs().keySet()) {
      assertThat(registry.count("GET", blob.value())).isEqualTo(1);
    }
  }

  @Test
  void allTagsCome() throws Exception {
    registry.put("2", TestImage.of("amd64", 2, 1_000));
    assertThat(store.pull(name, "").getLast())
        .isEqualTo("Status: Downloaded newer image for " + name);
    assertThat(store.image(ANN, name + ":1")).isPresent();
    assertThat(store.image(ANN, name + ":2")).isPresent();
  }

  @Test
  void aDigestIsWhatItNames() throws Exception {
    assertThat(store.pull(name, IMAGE.digest().value()).getLast()).startsWith("Status: Downloaded");
    assertThat(store.image(ANN, name + "@" + IMAGE.digest())).isPresent();
    TestImage other = TestImage.of("amd64", 3, 10);
    registry.manifests.put(other.digest().value(), IMAGE.manifest());
    assertThatThrownBy(() -> store.pull(name, other.digest().value()))
        .hasMessageContaining("manifest verification failed for digest " + other.digest());
  }

  @Test
  void anIndexLeadsToTheImageOfThePlatform() throws Exception {
    TestImage arm = TestImage.of("arm64", 4, 2_000);
    registry.put("arm", arm);
    byte[] index = TestImage.index(arm.entry("arm64"), IMAGE.entry("amd64"));
    registry.manifests.put("1", index);
    assertThat(store.pull(ANN, name, "1", "linux/amd64"))
        .contains("Digest: " + Digest.ofBytes(index));
    TeamImage image = store.image(ANN, name + ":1").orElseThrow();
    assertThat(image.id()).isEqualTo(IMAGE.config());
    assertThat(image.repoDigests()).containsExactly(name + "@" + Digest.ofBytes(index));
    assertThat(store.has(arm.layers().getFirst())).isFalse();

    store.pull(ANN, name, "1", "linux/arm64");
    assertThat(store.image(ANN, name + ":1").orElseThrow().id()).isEqualTo(arm.config());
    assertThatThrownBy(() -> store.pull(ANN, name, "1", "linux/s390x"))
        .hasMessage("no matching manifest for linux/s390x in the manifest list entries");
  }

  @Test
  void whatTheTeamHasNoRoomForIsNotFetched() throws Exception {
    long bytes = IMAGE.manifest().length;
    for (byte[] blob : IMAGE.blobs().values()) {
      bytes += blob.length;
    }
    Quotas.set(store.database, Optional.of(ANN.team()), 300_000L);
    assertThatThrownBy(() -> store.pull(name, "1"))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("300000");
    assertThat(registry.count("GET", IMAGE.layers().getLast().value())).isZero();
    assertAbsent();
    Quotas.set(store.database, Optional.of(ANN.team()), bytes);
    store.pull(name, "1");
    assertThere(ANN);
    assertThat(Usage.of(store.database, ANN.team()).used()).isEqualTo(bytes);
    store.pull(name, "1");
  }

  @Test
  void anImmutableTagIsPulledAgainButNotMoved() throws Exception {
    store.pull(name, "1");
    RuleRows.set(
        store.database,
        ANN.team(),
        EngineJson.MAPPER.readValue(
            "{\"immutable\":[{\"repository\":\"*\",\"tag\":\"1\"}]}", TagRules.class));
    // A port has a colon, which no pattern of repositories has: * stands for it.
    store.pull(name, "1");
    TestImage other = TestImage.of("amd64", 9, 2_000);
    registry.put("1", other);
    assertThatThrownBy(() -> store.pull(name, "1"))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining(name + ":1 is immutable");
    assertThat(registry.count("GET", other.layers().getFirst().value())).isZero();
    assertThere(ANN);
  }

  @Test
  void aBrokenConnectionGoesOnWhereItBroke() throws Exception {
    registry.breaks.set(3);
    store.pull(name, "1");
    assertThere(ANN);
    assertThat(registry.asked).anyMatch(one -> one.range().matches("bytes=[1-9][0-9]*-"));
  }

  @Test
  void aRegistryThatKnowsNoRangesIsReadAgain() throws Exception {
    registry.knowsRanges = false;
    registry.breaks.set(2);
    store.pull(name, "1");
    assertThere(ANN);
  }

  @Test
  void whatKeepsBreakingLeavesNothing() throws Exception {
    registry.breaks.set(Integer.MAX_VALUE);
    // Half of what is left comes each time, so that there is progress until nothing can be halved.
    registry.knowsRanges = false;
    assertThatThrownBy(() -> store.pull(name, "1")).isInstanceOf(IOException.class);
    assertAbsent();
  }

  @Test
  void contentThatIsAnotherIsNotTaken() throws Exception {
    byte[] other =
        java.util.Objects.requireNonNull(registry.blobs.get(IMAGE.layers().getFirst())).clone();
    other[other.length / 2] ^= 1;
    registry.blobs.put(IMAGE.layers().getFirst(), other);
    assertThatThrownBy(() -> store.pull(name, "1"))
        .hasMessageContaining("verification failed for digest " + IMAGE.layers().getFirst());
    assertAbsent();
    assertThat(store.has(IMAGE.layers().getFirst())).isFalse();
  }

  @Test
  void everyBlobIsFetchedOnceHoweverManyAsk() throws Exception {
    registry.gate = new CountDownLatch(1);
    List<Future<?>> pulls = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Actor actor : List.of(ANN, SHOP, ANN, SHOP)) {
        pulls.add(threads.submit(() -> store.pull(actor, name, "1", Credentials.NONE)));
      }
      // All but the one that fetches have shown that they may have it.
      Digest layer = IMAGE.layers().getFirst();
      Awaitility.await().until(() -> registry.count("HEAD", layer.value()) == 3);
      registry.gate.countDown();
      for (Future<?> pull : pulls) {
        var _ = pull.get();
      }
      assertThat(registry.count("GET", layer.value())).isEqualTo(1);
    }
    assertThere(ANN);
    assertThere(SHOP);
  }

  @Test
  void anotherTeamsBlobIsNotGivenForItsDigest() throws Exception {
    store.pull(name, "1");
    IMAGE.layers().forEach(registry.blobs::remove);
    assertThatThrownBy(() -> store.pull(SHOP, name, "1", Credentials.NONE))
        .hasMessageContaining("blob unknown");
    assertThat(store.image(SHOP, name + ":1")).isEmpty();
  }

  @Test
  void aClientThatLeavesEndsItsPull() throws Exception {
    registry.gate = new CountDownLatch(1);
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    OutputStream leaving =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("gone");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            told.write(bytes, offset, length);
            if (told.toString(UTF_8).contains("Downloading")) {
              throw new IOException("gone");
            }
          }
        };
    assertThatThrownBy(() -> store.pull(name, "1", new Progress(() -> leaving)))
        .isInstanceOf(UncheckedIOException.class);
    Awaitility.await().until(() -> store.blobs.incoming().files() == 0);
    assertAbsent();
  }

  @Test
  void whatHadComeBeforeACrashIsUsed() throws Exception {
    store.close();
    try (TestStore failing = TestStore.failing(postgres, folder, "pull.beforeCommit")) {
      assertThatThrownBy(() -> failing.pull(name, "1")).hasMessageContaining("fault point");
    }
    try (TestStore failing = TestStore.failing(postgres, folder, "pull.beforeManifest")) {
      assertThatThrownBy(() -> failing.pull(name, "1")).hasMessageContaining("fault point");
      assertThat(failing.image(ANN, name + ":1")).isEmpty();
    }
    store = TestStore.again(postgres, folder);
    assertAbsent();
    store.pull(name, "1");
    assertThere(ANN);
    for (Digest blob : IMAGE.blobs().keySet()) {
      assertThat(registry.count("GET", blob.value())).isEqualTo(1);
    }
  }

  @Test
  void whatWasHalfIsNotThere() throws Exception {
    store.close();
    try (TestStore failing = TestStore.failing(postgres, folder, "pull.beforeBlobCommit")) {
      assertThatThrownBy(() -> failing.pull(name, "1")).hasMessageContaining("fault point");
      assertThat(failing.blobs.list()).isEmpty();
    }
    store = TestStore.again(postgres, folder);
    assertAbsent();
  }

  @Test
  void aTagStaysWhenItsRegistryIsAway() throws Exception {
    store.pull(name, "1");
    registry.close();
    assertThatThrownBy(() -> store.pull(name, "1"))
        .hasMessage(
            "Get \"http://%s/v2/\": dial tcp %s: connect: connection refused"
                .formatted(registry.address(), registry.address()));
    assertThere(ANN);
  }

  @Test
  void theMirrorOfDockerHubIsAskedFirstAndNotToldWhoAsks() throws Exception {
    store.close();
    store =
        TestStore.start(
            postgres,
            folder,
            TestStore.settings(List.of(), List.of("http://" + registry.address())));
    store.pull(
        ANN, "busybox", "1", Credentials.parse("eyJ1c2VybmFtZSI6ImEiLCJwYXNzd29yZCI6ImIifQ"));
    assertThat(store.image(ANN, "busybox:1").orElseThrow().repoDigests())
        .containsExactly("busybox@" + IMAGE.digest());
    assertThat(registry.asked).allMatch(one -> one.authorization().isEmpty());
  }
}
