package dev.gantry.node.blob;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what came, by the kind of place that it came from. */
final class FetchedBytes {
  private final Counter kept;
  private final Counter peers;
  private final Counter imageService;

  FetchedBytes(MeterRegistry meters) {
    kept = counter(meters, "kept");
    peers = counter(meters, "peer");
    imageService = counter(meters, "image-service");
  }

  private static Counter counter(MeterRegistry meters, String from) {
    return Counter.builder("gantry.node.layer.fetched")
        .description("bytes of layers' blobs that came")
        .baseUnit("bytes")
        .tag("from", from)
        .register(meters);
  }

  void add(Origin.Kind kind, int bytes) {
    switch (kind) {
      case KEPT -> kept.increment(bytes);
      case PEER -> peers.increment(bytes);
      case IMAGE_SERVICE -> imageService.increment(bytes);
    }
  }

  /** A stream of which every byte that is read is counted. */
  InputStream counted(Origin.Kind kind, InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int next = super.read();
        add(kind, next < 0 ? 0 : 1);
        return next;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        add(kind, Math.max(0, count));
        return count;
      }
    };
  }
}
