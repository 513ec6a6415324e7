package dev.gantry.image.archive;

import static dev.gantry.image.archive.TestArchives.archive;
import static dev.gantry.image.archive.TestArchives.files;
import static dev.gantry.image.archive.TestArchives.manyEntries;
import static dev.gantry.image.archive.TestArchives.outer;
import static dev.gantry.image.archive.TestArchives.sha256;
import static dev.gantry.image.archive.TestArchives.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.delivery.Outbox;
import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.image.MigratedCluster;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.bucket.TestBlobStores;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.layer.LayerLimits;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.removal.Collector;
import dev.gantry.image.removal.Removals;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.ServiceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Archives in, archives out and away again, with a real database and real files. */
@ExtendWith(MigratedCluster.class)
class ImageArchivesTest {
  private static final Actor SHOP = new Actor(new TeamId("shop"), "ann");
  private static final Actor BANK = new Actor(new TeamId("bank"), "bob");
  private static final Removals.InUse NOWHERE = new Removals.InUse(Map.of(), Set.of());
  private static final long MOST_BYTES = 1 << 20;

  @TempDir Path folder;
  private DSLContext database;
  private BlobStore blobs;
  private ImageLoad load;
  private ImageSave save;
  private Removals removals;

  /** Where blobs are kept: in the folder, unless a test class says otherwise. */
  void chooseStore() throws IOException {}

  @BeforeEach
  void service(PostgresCluster postgres) throws Exception {
    chooseStore();
    database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    blobs = TestBlobStores.open(folder, database);
    ImageEvents events = new ImageEvents(new Outbox("image"));
    FaultPoints faults = FaultPoints.parse("", Set.of());
    load =
        new ImageLoad(
            new ImageStore(database, blobs, events, faults, InstantSource.system()),
            blobs,
            new LayerIntake(new LayerLimits(MOST_BYTES, 100)));
    save = new ImageSave(database, blobs, events, InstantSource.system());
    removals =
        new Removals(
            database, new Collector(database, blobs, faults), events, InstantSource.system());
  }

  @AfterEach
  void close() {
    blobs.close();
  }

  @Test
  void anImageIsLoadedOnceHoweverOften() throws Exception {
    byte[] archive = archive("web:1", tar("etc/motd", "hello"));
    assertThat(load(SHOP, archive)).containsExactly("Loaded image: web:1");
    List<Digest> stored = blobs.list();
    assertThat(load(SHOP, archive)).containsExactly("Loaded image: web:1");

    assertThat(blobs.list()).containsExactlyInAnyOrderElementsOf(stored);
    assertThat(Catalog.images(database, SHOP.team())).hasSize(1);
    assertThat(Catalog.images(database, BANK.team())).isEmpty();
  }

  @Test
  void whatIsSavedIsTheImageThatWasLoaded() throws Exception {
    load(SHOP, archive("web:1", tar("a", "one"), tar("b", "two")));
    Digest id = only(SHOP).id();

    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    save.plan(SHOP, List.of("web:1")).write(saved);
    assertThat(load(BANK, saved.toByteArray())).containsExactly("Loaded image: web:1");
    assertThat(only(BANK).id()).isEqualTo(id);
  }

  @Test
  void blobsGoWithTheLastWhoHasThem() throws Exception {
    byte[] shared = tar("shared", "base");
    load(SHOP, archive("web:1", shared, tar("own", "web")));
    load(SHOP, archive("db:1", shared, tar("own", "db")));
    load(BANK, archive("web:1", shared, tar("own", "web")));
    int all = blobs.list().size();

    removals.remove(SHOP, "web:1", false, NOWHERE);
    assertThat(blobs.list()).as("the other team has it too").hasSize(all);
    removals.remove(BANK, "web:1", false, NOWHERE);
    assertThat(blobs.list()).as("config, manifest and own layer").hasSize(all - 3);
    assertThat(blobs.list()).contains(Digest.sha256(sha256(shared)));
    removals.remove(SHOP, "db:1", false, NOWHERE);
    assertThat(blobs.list()).isEmpty();
  }

  @Test
  void anotherTeamsImageIsNeitherReadNorRemoved() throws Exception {
    byte[] layer = tar("secret", "of the shop");
    load(SHOP, archive("web:1", layer));

    assertThat(Images.mayRead(database, BANK.team(), Digest.sha256(sha256(layer)))).isFalse();
    assertThatThrownBy(() -> removals.remove(BANK, "web:1", true, NOWHERE))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("No such image");
    assertThatThrownBy(() -> save.plan(BANK, List.of("web:1")))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("No such image");
    assertThat(only(SHOP)).isNotNull();
  }

  @Test
  void whatIsRefusedLeavesNothing() throws Exception {
    byte[] layer = tar("a", "one");
    Map<String, byte[]> wrongLayer = files("web:1", layer);
    wrongLayer.put("layer0.tar", tar("a", "another"));
    Map<String, byte[]> noLayer = files("web:1", layer);
    noLayer.remove("layer0.tar");
    Map<String, byte[]> noTar = files("web:1", layer);
    noTar.put("layer0.tar", "no tar at all, but long enough to be looked at".getBytes(UTF_8));
    Map<String, byte[]> badTag = files("WEB UPPER:1", layer);
    Map<String, byte[]> twice = files("web:1", layer);
    twice.put(
        "manifest.json",
        "[{\"Config\":\"config.json\",\"Config\":\"layer0.tar\",\"Layers\":[]}]".getBytes(UTF_8));
    Map<String, byte[]> tooLarge = files("web:1", tar("big", "x".repeat((int) MOST_BYTES + 1)));
    Map<String, byte[]> tooMany = files("web:1", manyEntries(200));

    for (Map<String, byte[]> files :
        List.of(
            wrongLayer,
            noLayer,
            noTar,
            badTag,
            twice,
            tooLarge,
            tooMany,
            Map.<String, byte[]>of())) {
      assertThatThrownBy(() -> load(SHOP, outer(files)))
          .as(files.keySet().toString())
          .isInstanceOfAny(RefusedImageException.class, IOException.class);
      assertThat(Catalog.images(database, SHOP.team())).isEmpty();
      assertThat(blobs.list()).isEmpty();
      assertThat(blobs.incoming().files()).isZero();
    }
  }

  @Test
  void anArchiveThatBreaksOffLeavesNothing() throws Exception {
    byte[] whole = archive("web:1", tar("a", "x".repeat(100_000)));
    for (int length : new int[] {0, 100, 600, 50_000, whole.length / 2}) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> load(SHOP, part))
          .isInstanceOfAny(RefusedImageException.class, IOException.class);
      assertThat(blobs.list()).isEmpty();
      assertThat(blobs.incoming().files()).isZero();
    }
  }

  private TeamImage only(Actor actor) {
    List<TeamImage> images = Catalog.images(database, actor.team());
    assertThat(images).hasSize(1);
    return images.getFirst();
  }

  private List<String> load(Actor actor, byte[] archive) throws Exception {
    List<String> told = new ArrayList<>();
    load.load(actor, new ByteArrayInputStream(archive), told::add);
    return told;
  }
}
