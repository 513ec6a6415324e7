package dev.gantry.image.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A blob that a hard link keeps: no descriptor is open but while it is read, so that an image of
 * many layers may be held. The link goes with the staging in which it is.
 */
record LinkedBlob(Path link) implements Blob {
  @Override
  public long size() throws IOException {
    return Files.size(link);
  }

  @Override
  public InputStream stream() throws IOException {
    return FileStream.open(link, 0, Long.MAX_VALUE);
  }

  @Override
  public InputStream stream(long from, long to) throws IOException {
    return FileStream.open(link, from, to);
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    try (FileBlob file = FileBlob.open(link)) {
      file.writeTo(out, from, to);
    }
  }

  @Override
  public void close() {}
}
