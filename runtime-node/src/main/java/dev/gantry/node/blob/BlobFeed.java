package dev.gantry.node.blob;

import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob out of several places: where one breaks off, the next goes on at the same byte. What
 * comes is kept for others meanwhile. The last byte is only given when all of them are what the
 * digest says.
 */
final class BlobFeed extends InputStream {
  private static final Logger log = LoggerFactory.getLogger(BlobFeed.class);

  private final ResolvedImage.Layer layer;
  private final Deque<Origin> origins;
  private final @Nullable Arrival kept;
  private final FetchedBytes bytes;
  private final Runnable doubt;
  private final MessageDigest hash;
  private final Set<Origin> contributed = new LinkedHashSet<>();
  private @Nullable InputStream open;
  private boolean keeping;
  private boolean proven;
  private long at;
  private final long peersUntil;

  /**
   * What the feed counts, and whom it tells that bytes of others than image-service were no good.
   */
  record Listeners(FetchedBytes bytes, Runnable doubt) {}

  /**
   * @param origins in the order in which they are asked
   * @param kept where the blob is kept, if it is
   */
  BlobFeed(
      ResolvedImage.Layer layer,
      List<Origin> origins,
      @Nullable Arrival kept,
      PeerLimits limits,
      Listeners listeners) {
    this.layer = layer;
    this.origins = new ArrayDeque<>(origins);
    this.kept = kept;
    this.keeping = kept != null;
    this.bytes = listeners.bytes();
    this.doubt = listeners.doubt();
    this.hash = layer.digest().newHash();
    this.peersUntil = System.nanoTime() + limits.whole().toNanos();
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
    if (at == layer.size()) {
      prove();
      return -1;
    }
    int count = next(into, offset, (int) Math.min(length, layer.size() - at));
    hash.update(into, offset, count);
    at += count;
    keep(into, offset, count);
    if (at == layer.size()) {
      prove();
    }
    return count;
  }

  private int next(byte[] into, int offset, int length) throws IOException {
    while (true) {
      Origin origin = origins.getFirst();
      if (origin.kind() == Origin.Kind.PEER && System.nanoTime() > peersUntil) {
        // No fault of the peer's: this node may be as slow.
        closeOpen();
        origins.removeFirst();
        continue;
      }
      boolean last = origins.size() == 1;
      try {
        InputStream from = open;
        if (from == null) {
          from = origin.open(at);
          open = from;
        }
        int count = from.read(into, offset, length);
        if (count <= 0) {
          throw new IOException("the blob ended after " + at + " bytes");
        }
        contributed.add(origin);
        bytes.add(origin.kind(), count);
        return count;
      } catch (IOException e) {
        if (last || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        closeOpen();
        origin.blame(e);
        origins.removeFirst();
      }
    }
  }

  private void keep(byte[] bytes, int offset, int count) {
    if (keeping && kept != null) {
      try {
        kept.write(bytes, offset, count);
      } catch (IOException e) {
        keepNoMore(e);
      }
    }
  }

  /** That others can't have it is no reason that this node should not. */
  private void keepNoMore(IOException e) {
    log.warn("the blob {} is not kept: {}", layer.digest(), e.toString());
    keeping = false;
    abandon();
  }

  private void abandon() {
    if (kept != null) {
      try {
        kept.abandon();
      } catch (IOException e) {
        log.warn(
            "a part of the blob {} stays until the next start: {}", layer.digest(), e.toString());
      }
    }
  }

  private void prove() throws IOException {
    if (proven) {
      return;
    }
    String hex = HexFormat.of().formatHex(hash.digest());
    if (!hex.equals(layer.digest().hex())) {
      throw new IOException("a blob is not what its digest says: " + layer.digest() + " is " + hex);
    }
    proven = true;
    if (keeping && kept != null) {
      try {
        kept.keep();
      } catch (IOException e) {
        keepNoMore(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closeOpen();
    if (proven) {
      return;
    }
    abandon();
    boolean doubtful = false;
    for (Origin origin : contributed) {
      if (origin.kind() != Origin.Kind.IMAGE_SERVICE) {
        origin.blame(new IOException("no layer could be made of what it sent"));
        doubtful = true;
      }
    }
    if (doubtful) {
      doubt.run();
    }
  }

  private void closeOpen() {
    InputStream from = open;
    open = null;
    if (from != null) {
      try {
        from.close();
      } catch (IOException e) {
        log.debug("an origin did not close: {}", e.toString());
      }
    }
  }
}
