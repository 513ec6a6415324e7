package dev.gantry.image.bucket;

import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.FileBlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Opens the store of a test's folder: one of files, or, where a bucket was noted in the folder, one
 * of that bucket; so that a test that starts its service again has the same store again.
 */
public final class TestBlobStores {
  private static final String NOTE = "bucket";

  private TestBlobStores() {}

  /** From now on the folder's blobs are in the bucket. */
  public static void note(Path folder, BucketSettings bucket) throws IOException {
    Files.write(
        folder.resolve(NOTE),
        List.of(bucket.bucket(), bucket.endpoint(), bucket.prefix(), bucket.credentialsFile()));
  }

  public static BlobStore open(Path folder, DSLContext database) {
    try {
      if (!Files.exists(folder.resolve(NOTE))) {
        return FileBlobStore.open(folder);
      }
      List<String> note = Files.readAllLines(folder.resolve(NOTE));
      BucketSettings bucket =
          new BucketSettings(
              note.get(0),
              note.get(1),
              "us-east-1",
              note.get(2),
              true,
              note.get(3),
              Duration.ofSeconds(20));
      return BucketBlobStore.open(bucket, folder, database).start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
