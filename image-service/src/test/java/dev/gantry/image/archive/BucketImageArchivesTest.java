package dev.gantry.image.archive;

import dev.gantry.image.bucket.S3Server;
import dev.gantry.image.bucket.TestBlobStores;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same, with blobs in a bucket. */
@ExtendWith(S3Server.Shared.class)
class BucketImageArchivesTest extends ImageArchivesTest {
  private final S3Server server;

  BucketImageArchivesTest(S3Server server) {
    this.server = server;
  }

  @Override
  void chooseStore() throws IOException {
    TestBlobStores.note(folder, server.bucket());
  }
}
