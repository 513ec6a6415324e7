package dev.gantry.image.distribution;

import dev.gantry.image.bucket.S3Server;
import dev.gantry.image.bucket.TestBlobStores;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same, with blobs in a bucket. */
@ExtendWith(S3Server.Shared.class)
class BucketManifestTest extends ManifestTest {
  private final S3Server server;

  BucketManifestTest(S3Server server) {
    this.server = server;
  }

  @Override
  void chooseStore() throws IOException {
    TestBlobStores.note(folder, server.bucket());
  }
}
