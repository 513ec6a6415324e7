package dev.gantry.image.blob;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A blob that is open: it can be read until it is closed, whatever is collected meanwhile. */
public interface Blob extends Closeable {

  long size() throws IOException;

  /** All that is there, be it more or less than its size. */
  InputStream stream() throws IOException;

  /**
   * A part of it.
   *
   * @param to behind its last byte
   */
  InputStream stream(long from, long to) throws IOException;

  /** Writes a part of it. */
  void writeTo(OutputStream out, long from, long to) throws IOException;

  @Override
  void close() throws IOException;
}
