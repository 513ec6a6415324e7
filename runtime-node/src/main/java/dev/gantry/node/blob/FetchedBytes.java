package dev.gantry.node.blob;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

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
}
