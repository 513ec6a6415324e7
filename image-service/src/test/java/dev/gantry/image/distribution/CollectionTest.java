package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.image.repair.Verification;
import dev.gantry.image.repository.PendingBlobs;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import java.time.Duration;
import java.time.Instant;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** What is left by collections that failed or never came. */
class CollectionTest extends EmptyRegistry {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  private void failToCollect() throws Exception {
    try (TestRegistry failing = TestRegistry.failing(postgres, folder, "delete.beforeCommit")) {
      failing.expireBlobs();
      assertThatThrownBy(failing::collect).hasMessageContaining("delete.beforeCommit");
    }
  }

  @Test
  void whatACollectionThatFailedHasMovedComesBack() throws Exception {
    Digest blob = registry.blob("a/b", CONTENT);
    failToCollect();
    assertThat(registry.blobs.list()).isEmpty();
    Space space = new Space(TestRegistry.DEFAULT.team(), RepositoryName.parse("a/b").orElseThrow());
    registry.database.transaction(
        transaction -> PendingBlobs.ask(DSL.using(transaction), space, blob, Instant.now()));

    registry.collect();

    assertThat(registry.call("GET", "/v2/a/b/blobs/" + blob).body()).isEqualTo(CONTENT);
    assertThat(folder.resolve("trash")).isEmptyDirectory();
    assertThat(new Verification(registry.database, registry.blobs).run().defects()).isEmpty();
  }

  @Test
  void whatWasPushedAgainMeanwhileStays() throws Exception {
    Digest blob = registry.blob("a/b", CONTENT);
    failToCollect();
    registry.blob("a/b", CONTENT);

    registry.collect();

    assertThat(registry.call("GET", "/v2/a/b/blobs/" + blob).body()).isEqualTo(CONTENT);
    assertThat(folder.resolve("trash")).isEmptyDirectory();
  }

  @Test
  void whatNobodyHasCollectedGoesByItself() throws Exception {
    registry.blob("a/b", CONTENT);
    registry.expireBlobs();

    registry.pass(Duration.ZERO);

    assertThat(registry.blobs.list()).isEmpty();
  }
}
