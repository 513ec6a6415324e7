package dev.gantry.image.transfer;

import dev.gantry.image.bucket.S3Server;
import dev.gantry.image.bucket.TestBlobStores;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same, with blobs in a bucket. */
@ExtendWith(S3Server.Shared.class)
class BucketPullTest extends PullTest {
  private final S3Server server;

  BucketPullTest(S3Server server) {
    this.server = server;
  }

  @Override
  void chooseStore() throws IOException {
    TestBlobStores.note(folder, server.bucket());
  }
}
