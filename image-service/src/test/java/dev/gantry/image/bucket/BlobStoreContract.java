package dev.gantry.image.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.image.MigratedCluster;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Publication;
import dev.gantry.image.blob.Removal;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.blob.StoreLock;
import dev.gantry.ops.testkit.PostgresCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What every store of blobs promises, wherever it keeps them. */
@ExtendWith(MigratedCluster.class)
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
abstract class BlobStoreContract {
  static final byte[] CONTENT = content(100_000);
  static final Digest DIGEST = Digest.ofBytes(CONTENT);

  @TempDir Path folder;
  DSLContext database;
  BlobStore blobs;

  @BeforeEach
  void openStore(PostgresCluster postgres) {
    database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    blobs = open();
  }

  @AfterEach
  void closeStore() {
    blobs.close();
  }

  /** Opens the store; again the same one. */
  abstract BlobStore open();

  static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  static Publication prepare(BlobStore blobs, Staging staging, byte[] content) throws Exception {
    return blobs.prepare(staging, List.of(staging.stage(content)));
  }

  void publish(Publication publication, byte[]... contents) {
    database.transaction(
        configuration -> {
          DSLContext transaction = DSL.using(configuration);
          StoreLock.NAMING.take(transaction);
          for (byte[] content : contents) {
            BlobRows.insert(transaction, Digest.ofBytes(content), content.length, Instant.now());
          }
          publication.publish(transaction);
        });
  }

  void store(byte[] content) throws Exception {
    try (Staging staging = blobs.stage()) {
      publish(prepare(blobs, staging, content), content);
    }
  }

  void collect(Digest... digests) throws IOException {
    List<Digest> gone = List.of(digests);
    Removal removal =
        database.transactionResult(
            configuration -> {
              DSLContext transaction = DSL.using(configuration);
              StoreLock.REMOVING.take(transaction);
              Removal begun = blobs.trash(gone);
              BlobRows.delete(transaction, gone);
              return begun;
            });
    removal.finish();
  }

  static byte[] all(Blob blob) throws IOException {
    try (var in = blob.stream()) {
      return in.readAllBytes();
    }
  }

  byte[] read(BlobStore store, Digest digest) throws IOException {
    try (Blob blob = store.read(digest).orElseThrow()) {
      return all(blob);
    }
  }

  @Test
  void whatIsStoredIsReadWholeAndInParts() throws Exception {
    store(CONTENT);

    assertThat(blobs.list()).containsExactly(DIGEST);
    assertThat(blobs.has(DIGEST)).isTrue();
    assertThat(blobs.strangers()).isEmpty();
    try (Blob blob = blobs.read(DIGEST).orElseThrow()) {
      assertThat(blob.size()).isEqualTo(CONTENT.length);
      assertThat(all(blob)).isEqualTo(CONTENT);
      for (int[] range : new int[][] {{0, 1}, {0, CONTENT.length}, {7, 7}, {70_000, 100_000}}) {
        byte[] part = Arrays.copyOfRange(CONTENT, range[0], range[1]);
        try (var in = blob.stream(range[0], range[1])) {
          assertThat(in.readAllBytes()).isEqualTo(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        blob.writeTo(out, range[0], range[1]);
        assertThat(out.toByteArray()).isEqualTo(part);
      }
    }
    assertThat(blobs.readSmall(DIGEST, CONTENT.length)).isEqualTo(CONTENT);
    assertThatThrownBy(() -> blobs.readSmall(DIGEST, CONTENT.length - 1))
        .isInstanceOf(IOException.class);
    assertThat(blobs.incoming().files()).isZero();
  }

  @Test
  void nothingAtAllIsAContent() throws Exception {
    store(new byte[0]);

    assertThat(read(blobs, Digest.ofBytes(new byte[0]))).isEmpty();
  }

  @Test
  void aContentOfManyPartsIsReadAsItWas() throws Exception {
    byte[] large = content((int) (2 * ObjectPut.PART) + 12_345);
    store(large);

    assertThat(read(blobs, Digest.ofBytes(large))).isEqualTo(large);
    try (Blob blob = blobs.read(Digest.ofBytes(large)).orElseThrow();
        var in = blob.stream(ObjectPut.PART - 5, ObjectPut.PART + 5)) {
      assertThat(in.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(large, (int) ObjectPut.PART - 5, (int) ObjectPut.PART + 5));
    }
  }

  @Test
  void whatIsNotThereIsNotRead() throws Exception {
    assertThat(blobs.read(DIGEST)).isEmpty();
    assertThat(blobs.has(DIGEST)).isFalse();
    assertThatThrownBy(() -> blobs.readSmall(DIGEST, 10)).isInstanceOf(NoSuchFileException.class);
    try (Staging staging = blobs.stage()) {
      assertThatThrownBy(() -> blobs.hold(DIGEST, staging)).isInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void whatIsPreparedIsNobodysUntilItIsNamed() throws Exception {
    try (Staging staging = blobs.stage()) {
      Publication publication = prepare(blobs, staging, CONTENT);
      assertThat(blobs.read(DIGEST)).isEmpty();
      assertThat(blobs.list()).isEmpty();
      publish(publication, CONTENT);
      assertThat(read(blobs, DIGEST)).isEqualTo(CONTENT);
    }
    assertThat(read(blobs, DIGEST)).isEqualTo(CONTENT);
  }

  @Test
  void whatIsPreparedAndNotNamedIsGone() throws Exception {
    try (Staging staging = blobs.stage()) {
      var _ = prepare(blobs, staging, CONTENT);
    }
    assertThat(stored()).isZero();
    assertThat(blobs.incoming().files()).isZero();
  }

  @Test
  void theSameContentIsStoredOnce() throws Exception {
    store(CONTENT);
    store(CONTENT);
    try (Staging one = blobs.stage();
        Staging other = blobs.stage()) {
      byte[] later = content(5_000);
      Publication first = prepare(blobs, one, later);
      Publication second = prepare(blobs, other, later);
      publish(first, later);
      publish(second, later);
    }

    assertThat(blobs.list())
        .containsExactlyInAnyOrder(DIGEST, Digest.ofBytes(content(5_000)))
        .doesNotHaveDuplicates();
    assertThat(stored()).isEqualTo(2);
    assertThat(blobs.strangers()).isEmpty();
  }

  /** How many contents there are, be they the same. */
  abstract long stored() throws Exception;

  @Test
  void whatIsCollectedIsGone() throws Exception {
    store(CONTENT);
    collect(DIGEST);

    assertThat(blobs.read(DIGEST)).isEmpty();
    assertThat(blobs.list()).isEmpty();
    assertThat(stored()).isZero();
  }

  @Test
  void whatIsCollectedStaysForWhoReadsOrHoldsIt() throws Exception {
    store(CONTENT);
    try (Staging transfer = blobs.stage();
        Blob read = blobs.read(DIGEST).orElseThrow()) {
      Blob held = blobs.hold(DIGEST, transfer);
      collect(DIGEST);
      assertThat(blobs.read(DIGEST)).isEmpty();
      assertThat(all(read)).isEqualTo(CONTENT);
      assertThat(all(held)).isEqualTo(CONTENT);
      assertThat(all(held)).as("again").isEqualTo(CONTENT);
    }
    blobs.repair(database);
    assertThat(stored()).isZero();
  }

  @Test
  void aPushNamesWhatWasCollectedSinceItWasPrepared() throws Exception {
    store(CONTENT);
    try (Staging staging = blobs.stage()) {
      Publication publication = prepare(blobs, staging, CONTENT);
      collect(DIGEST);
      publish(publication, CONTENT);
    }
    assertThat(read(blobs, DIGEST)).isEqualTo(CONTENT);
  }

  @Test
  void aRemovalThatIsNotCommittedTakesNothingAway() throws Exception {
    store(CONTENT);
    assertThatThrownBy(
            () ->
                database.transaction(
                    configuration -> {
                      DSLContext transaction = DSL.using(configuration);
                      StoreLock.REMOVING.take(transaction);
                      blobs.trash(List.of(DIGEST));
                      BlobRows.delete(transaction, List.of(DIGEST));
                      throw new IllegalStateException("the end of it");
                    }))
        .hasMessage("the end of it");
    blobs.repair(database);

    assertThat(read(blobs, DIGEST)).isEqualTo(CONTENT);
  }

  @Test
  void whatTwoInstancesStoreBothRead() throws Exception {
    try (BlobStore other = open()) {
      store(CONTENT);
      assertThat(read(other, DIGEST)).isEqualTo(CONTENT);
      try (Staging staging = other.stage()) {
        Publication publication = prepare(other, staging, content(10));
        other.repair(database);
        blobs.repair(database);
        publish(publication, content(10));
      }
      assertThat(read(blobs, Digest.ofBytes(content(10)))).isEqualTo(content(10));
    }
  }

  @Test
  void aStagedFileMayBeAnywhere() throws Exception {
    Path file = Files.write(blobs.incoming().upload(java.util.UUID.randomUUID()), CONTENT);
    try (Staging staging = blobs.stage()) {
      publish(
          blobs.prepare(staging, List.of(new StagedBlob(DIGEST, CONTENT.length, file))), CONTENT);
    }
    assertThat(read(blobs, DIGEST)).isEqualTo(CONTENT);
  }
}
