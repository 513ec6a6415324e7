package dev.gantry.image.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.delivery.Outbox;
import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.image.MigratedCluster;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.FileBlobStore;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.layer.LayerLimits;
import dev.gantry.image.repair.Verification;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.FaultPoints;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a reading of the whole store finds, and does not find. */
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
@ExtendWith(MigratedCluster.class)
class VerificationTest {
  private PostgresCluster postgres;
  private DSLContext database;
  @TempDir private Path folder;
  private BlobStore blobs;
  private Digest layer;

  @BeforeEach
  void storeWithAnImage(PostgresCluster cluster) throws Exception {
    postgres = cluster;
    database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    blobs = FileBlobStore.open(folder);
    byte[] content = TestArchives.tar("a", "one");
    layer = Digest.sha256(TestArchives.sha256(content));
    load(TestArchives.archive("web:1", content));
  }

  private void load(byte[] archive) throws Exception {
    ImageStore store =
        new ImageStore(
            database,
            blobs,
            new ImageEvents(new Outbox("image")),
            FaultPoints.parse("", Set.of()),
            InstantSource.system());
    new ImageLoad(store, blobs, new LayerIntake(new LayerLimits(1 << 20, 100)))
        .load(new Actor(new TeamId("shop"), "ann"), new ByteArrayInputStream(archive), _ -> {});
  }

  @AfterEach
  void close() {
    blobs.close();
  }

  private Verification.Outcome verify() throws Exception {
    return new Verification(database, blobs).run();
  }

  private Path file(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  @Test
  void everythingThatIsStoredIsRead() throws Exception {
    Verification.Outcome outcome = verify();

    assertThat(outcome.defects()).isEmpty();
    assertThat(outcome.blobs()).isEqualTo(3);
    assertThat(outcome.manifests()).isEqualTo(1);
    long size = 0;
    for (Digest blob : blobs.list()) {
      size += Files.size(file(blob));
    }
    assertThat(outcome.bytes()).isEqualTo(size);
  }

  @Test
  void anImageMayHaveALayerTwice() throws Exception {
    byte[] content = TestArchives.tar("a", "one");
    load(TestArchives.archive("web:2", content, content));

    assertThat(verify().defects()).isEmpty();
  }

  @Test
  void aByteThatChangedIsFound() throws Exception {
    byte[] content = Files.readAllBytes(file(layer));
    content[100] ^= 1;
    Files.write(file(layer), content);

    assertThat(verify().defects())
        .containsExactly("blob " + layer + " has other content than its digest says");
  }

  @Test
  void whatIsCutShortIsFound() throws Exception {
    Files.write(file(layer), new byte[1]);

    assertThat(verify().defects()).hasSize(2).first().asString().contains(layer + " has 1 bytes");
  }

  @Test
  void aFileThatIsGoneIsFound() throws Exception {
    Files.delete(file(layer));

    assertThat(verify().defects()).containsExactly("blob " + layer + " has a row but no content");
  }

  @Test
  void filesThatNobodyKnowsAreFound() throws Exception {
    Digest stranger = Digest.sha256(TestArchives.sha256(new byte[0]));
    Files.createFile(file(stranger));
    Files.createFile(folder.resolve("blobs/sha256/notes"));

    assertThat(verify().defects())
        .containsExactly(
            "blob " + stranger + " has content but no row",
            "file " + folder.resolve("blobs/sha256/notes") + " is named after no digest");
  }

  @Test
  void aReferenceThatIsLostIsFound() throws Exception {
    postgres.execute("DELETE FROM image.manifest_part WHERE part = '" + layer + "'");

    assertThat(verify().defects())
        .singleElement()
        .asString()
        .contains("names " + layer + ", which is not kept for it");
  }
}
