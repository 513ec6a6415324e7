package dev.gantry.image.bucket;

import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.FileBlobStore;
import java.io.IOException;
import java.nio.file.Files;

class FileBlobStoreTest extends BlobStoreContract {
  @Override
  BlobStore open() {
    return FileBlobStore.open(folder);
  }

  @Override
  long stored() throws IOException {
    try (var files = Files.walk(folder.resolve("blobs"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
