package dev.gantry.image.remote;

import dev.gantry.engine.Digest;
import dev.gantry.image.remote.RemoteException.Kind;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A blob of another registry as one stream of just its size. A connection that breaks is made
 * again, and asks for the rest (RFC 9110, "Range Requests"); only when several in a row bring
 * nothing is the blob given up.
 */
public final class RemoteBlob extends InputStream {
  private static final int MOST_FAILURES = 5;

  private final RemoteRepository repository;
  private final Digest digest;
  private final long size;
  private volatile long received;
  private @Nullable Reply reply;
  private @Nullable InputStream content;
  private int failures;

  RemoteBlob(RemoteRepository repository, Digest digest, long size) {
    this.repository = repository;
    this.digest = digest;
    this.size = size;
  }

  /** How many bytes have come; may be asked by any thread. */
  public long received() {
    return received;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (received < size) {
      try {
        int wanted = (int) Math.min(length, size - received);
        int count = content().read(into, offset, wanted);
        if (count > 0) {
          received += count;
          failures = 0;
          return count;
        }
        throw new IOException("unexpected EOF");
      } catch (RemoteException e) {
        if (e.kind() != Kind.UNREACHABLE) {
          throw e;
        }
        again(e);
      } catch (IOException e) {
        again(e);
      }
    }
    requireEnd();
    return -1;
  }

  private void again(IOException cause) throws RemoteException {
    close();
    failures++;
    if (failures >= MOST_FAILURES || Thread.currentThread().isInterrupted()) {
      throw Failures.of("GET", repository.uri("/blobs/" + digest), cause);
    }
    try {
      Thread.sleep(100L << failures);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw Failures.of("GET", repository.uri("/blobs/" + digest), cause);
    }
  }

  private InputStream content() throws IOException {
    InputStream open = content;
    if (open != null) {
      return open;
    }
    Reply opened = repository.openBlob(digest, received);
    reply = opened;
    InputStream fresh = opened.body();
    if (opened.status() == 206) {
      requireRange(opened);
    } else {
      // It does not know ranges, and begins again.
      fresh.skipNBytes(received);
    }
    content = fresh;
    return fresh;
  }

  private void requireRange(Reply partial) throws RemoteException {
    if (!partial.header("Content-Range").startsWith("bytes " + received + "-")) {
      throw new RemoteException(
          Kind.OTHER, "the registry answered with another part of " + digest + " than was asked");
    }
  }

  /** More than the manifest says is another blob than it names. */
  private void requireEnd() throws IOException {
    InputStream open = content;
    if (open == null) {
      return;
    }
    content = null;
    try {
      if (open.read() >= 0) {
        throw new RemoteException(
            Kind.OTHER, "blob " + digest + " has more than the " + size + " bytes of its manifest");
      }
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    content = null;
    Reply open = reply;
    reply = null;
    if (open != null) {
      open.close();
    }
  }
}
