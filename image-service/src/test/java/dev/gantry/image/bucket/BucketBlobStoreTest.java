package dev.gantry.image.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Publication;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.repair.Verification;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;

/** The contract, kept by objects of a real server; and what is particular to them. */
@ExtendWith(S3Server.Shared.class)
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
class BucketBlobStoreTest extends BlobStoreContract {
  private final S3Server server;
  private final BucketSettings bucket;

  BucketBlobStoreTest(S3Server server) {
    this.server = server;
    this.bucket = server.bucket();
  }

  @Override
  BlobStore open() {
    return BucketBlobStore.open(bucket, folder, database);
  }

  @Override
  long stored() {
    return keys().size();
  }

  private List<String> keys() {
    return server
        .client()
        .listObjectsV2(list -> list.bucket(bucket.bucket()).prefix(bucket.prefix()))
        .contents()
        .stream()
        .map(object -> object.key())
        .toList();
  }

  private void put(String name) {
    var _ =
        server
            .client()
            .putObject(
                put -> put.bucket(bucket.bucket()).key(bucket.prefix() + name),
                RequestBody.fromBytes(CONTENT));
  }

  @BeforeEach
  void empty() {
    assertThat(keys()).isEmpty();
  }

  /** As if nothing was heard of the holders for long. */
  private void letHoldsEnd() {
    database.execute("update object_hold set until = now() - interval '1 second'");
  }

  @Test
  void whatWasPutByOneWhoDiedIsRemoved() throws Exception {
    BlobStore dead = open();
    Staging never = dead.stage();
    var _ = prepare(dead, never, CONTENT);
    blobs.repair(database);
    assertThat(stored()).as("it lives").isEqualTo(1);

    database.execute("update object_hold set holder = 'dead', until = now() - interval '1 second'");
    blobs.repair(database);
    assertThat(stored()).isZero();
    assertThat(database.fetch("select 1 from bucket_object")).isEmpty();
    dead.close();
  }

  @Test
  void whoWasSilentForTooLongCannotNameWhatIsGone() throws Exception {
    try (Staging staging = blobs.stage()) {
      Publication publication = prepare(blobs, staging, CONTENT);
      letHoldsEnd();
      blobs.repair(database);
      assertThat(stored()).isZero();

      assertThatThrownBy(() -> publish(publication, CONTENT))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
    assertThat(database.fetch("select 1 from blob")).isEmpty();
  }

  @Test
  void whatNobodyKnowsIsSwept() throws Exception {
    store(CONTENT);
    String stranger = ObjectName.fresh(DIGEST);
    put(stranger);
    var _ =
        server
            .client()
            .createMultipartUpload(
                create ->
                    create.bucket(bucket.bucket()).key(bucket.prefix() + ObjectName.fresh(DIGEST)));
    put("elsewhere/notes");
    assertThat(blobs.strangers()).containsExactly("object " + stranger + " is no blob's");

    blobs.repair(database);
    assertThat(keys()).hasSize(2).contains(bucket.prefix() + "elsewhere/notes");
    assertThat(
            server
                .client()
                .listMultipartUploads(list -> list.bucket(bucket.bucket()).prefix(bucket.prefix()))
                .uploads())
        .isEmpty();
    assertThat(read(blobs, DIGEST)).isEqualTo(CONTENT);
  }

  @Test
  void aReadingOfTheStoreFindsWhatIsWrong() throws Exception {
    byte[] lost = content(10);
    byte[] longer = content(20);
    store(CONTENT);
    store(lost);
    store(longer);
    assertThat(new Verification(database, blobs).run().defects()).isEmpty();

    server
        .client()
        .deleteObject(gone -> gone.bucket(bucket.bucket()).key(key(Digest.ofBytes(lost))));
    put(key(Digest.ofBytes(longer)).substring(bucket.prefix().length()));
    String stranger = ObjectName.fresh(DIGEST);
    put(stranger);
    assertThat(new Verification(database, blobs).run().defects())
        .containsExactlyInAnyOrder(
            "blob " + Digest.ofBytes(lost) + " has a row but no content",
            "blob " + Digest.ofBytes(longer) + " has 100000 bytes, not 20",
            "blob " + Digest.ofBytes(longer) + " has other content than its digest says",
            "object " + stranger + " is no blob's");
  }

  private String key(Digest digest) {
    return keys().stream().filter(key -> key.contains(digest.hex())).findFirst().orElseThrow();
  }

  @Test
  void whatBreaksOffIsGoneOnWith() throws Exception {
    byte[] large = content(3 << 20);
    store(large);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CuttingProxy proxy = new CuttingProxy(server.address(), 1 << 20);
        BlobStore shaky =
            BucketBlobStore.open(
                server.settings(proxy.endpoint(), bucket.prefix()), folder, database);
        Blob blob = shaky.read(Digest.ofBytes(large)).orElseThrow()) {
      blob.writeTo(out, 0, large.length);
      assertThat(proxy.cuts()).isPositive();
    }
    assertThat(out.toByteArray()).isEqualTo(large);
  }

  @Test
  void withoutAServerTheCallerIsTold() throws Exception {
    store(CONTENT);
    try (BlobStore away = BucketBlobStore.open(server.away(bucket), folder, database)) {
      away.repair(database);
      try (Staging staging = away.stage()) {
        assertAway(() -> prepare(away, staging, content(10)));
      }
      try (Blob blob = away.read(DIGEST).orElseThrow()) {
        assertAway(blob::stream);
      }
      assertAway(() -> away.readSmall(DIGEST, CONTENT.length));
    }
    assertThat(database.fetch("select 1 from object_hold")).isEmpty();
    blobs.repair(database);
    assertThat(stored()).isEqualTo(1);
    assertThat(database.fetch("select 1 from bucket_object")).hasSize(1);
  }

  private static void assertAway(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(e.detail()).isEqualTo("S3 is not reachable; try again later");
            });
  }
}
