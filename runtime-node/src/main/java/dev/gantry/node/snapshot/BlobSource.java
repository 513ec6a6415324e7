package dev.gantry.node.snapshot;

import dev.gantry.engine.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Where blobs come from: another process. */
public interface BlobSource {
  /** The blob from its first byte; nothing is believed of it but what its digest proves. */
  InputStream open(Digest digest) throws IOException;
}
