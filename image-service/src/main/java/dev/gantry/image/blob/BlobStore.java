package dev.gantry.image.blob;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jooq.DSLContext;

/**
 * Where blobs are kept: in a folder or in a bucket. What comes in is staged on the local disk and
 * hashed there, {@linkplain #prepare prepared}, and named by a transaction; from then on it never
 * changes. Which blobs there ought to be, the rows say.
 */
public interface BlobStore extends AutoCloseable {

  /** What is on its way in, on the local disk. */
  Incoming incoming();

  /** A place for content on its way in. */
  default Staging stage() {
    return incoming().stage();
  }

  /**
   * Brings staged content to where it will stay, in nobody's sight yet. That may take long, and is
   * done before the transaction that names it. It stays ready until the staging is closed.
   */
  Publication prepare(Staging staging, List<StagedBlob> blobs)
      throws IOException, InterruptedException;

  /** Opens a blob; empty where it is not there. */
  Optional<Blob> read(Digest digest) throws IOException;

  /**
   * All of a small blob; {@code limit} is checked before it is read.
   *
   * @throws NoSuchFileException where it is not there
   */
  default byte[] readSmall(Digest digest, int limit) throws IOException {
    try (Blob blob =
        read(digest)
            .orElseThrow(() -> new NoSuchFileException("blob " + digest + " is not there"))) {
      if (blob.size() > limit) {
        throw new IOException("blob " + digest + " is larger than " + limit + " bytes");
      }
      try (var in = blob.stream()) {
        return in.readNBytes(limit);
      }
    }
  }

  /** Keeps a blob readable, whatever is collected meanwhile, until the staging is closed. */
  Blob hold(Digest digest, Staging staging) throws IOException;

  /** Whether there is content for a blob that has a row. */
  boolean has(Digest digest) throws IOException;

  /**
   * Takes blobs out of sight, of which the caller's transaction deletes the rows while it holds
   * {@link StoreLock#REMOVING}.
   */
  Removal trash(Collection<Digest> blobs) throws IOException;

  /**
   * Brings back what was taken out of sight by a removal that failed, and removes the rest. The
   * caller holds {@link StoreLock#REMOVING}, so no removal is in its middle.
   *
   * @param isKept tells whether a blob has its row
   */
  void emptyTrash(Predicate<Digest> isKept) throws IOException;

  /** Every blob of which there is content. */
  List<Digest> list() throws IOException;

  /** What is kept where blobs are and is none that a row could speak of; a sentence for each. */
  List<String> strangers() throws IOException;

  /** Brings contents and rows together again after a death. */
  void repair(DSLContext database) throws IOException;

  @Override
  void close();
}
