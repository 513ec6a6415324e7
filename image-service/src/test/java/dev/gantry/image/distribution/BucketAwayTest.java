package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.image.bucket.BucketSettings;
import dev.gantry.image.bucket.S3Server;
import dev.gantry.image.bucket.TestBlobStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A registry whose bucket is away says so, and goes on when it is back. */
@ExtendWith(S3Server.Shared.class)
class BucketAwayTest extends EmptyRegistry {
  private final BucketSettings bucket;
  private final BucketSettings nowhere;

  BucketAwayTest(S3Server server) {
    this.bucket = server.bucket();
    this.nowhere = server.away(bucket);
  }

  @Override
  void chooseStore() throws Exception {
    TestBlobStores.note(folder, bucket);
  }

  private void startWith(BucketSettings settings) throws Exception {
    registry.close();
    TestBlobStores.note(folder, settings);
    registry = TestRegistry.start(postgres, folder);
  }

  @Test
  void pushesAndPullsAreAnsweredAndCanGoOn() throws Exception {
    byte[] content = "is there before".getBytes(UTF_8);
    Digest there = registry.blob("shop/web", content);
    String upload = registry.upload("shop/web");
    byte[] later = "comes while it is away".getBytes(UTF_8);
    assertThat(registry.call("PATCH", upload, later).status()).isEqualTo(202);

    startWith(nowhere);
    String end = upload + (upload.contains("?") ? "&" : "?") + "digest=" + Digest.ofBytes(later);
    assertAway(registry.call("GET", "/v2/shop/web/blobs/" + there));
    assertAway(registry.call("PUT", end));
    assertThat(registry.call("HEAD", "/v2/shop/web/blobs/" + there).status()).isEqualTo(200);

    startWith(bucket);
    assertThat(registry.call("PUT", end).status()).isEqualTo(201);
    assertThat(registry.call("GET", "/v2/shop/web/blobs/" + Digest.ofBytes(later)).body())
        .isEqualTo(later);
    assertThat(registry.call("GET", "/v2/shop/web/blobs/" + there).body()).isEqualTo(content);
  }

  private static void assertAway(TestRegistry.Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.error()).isEqualTo("UNAVAILABLE");
    assertThat(answer.header("Retry-After")).isNotEmpty();
    assertThat(answer.json().at("/errors/0/message").asString(""))
        .isEqualTo("S3 is not reachable; try again later");
  }
}
