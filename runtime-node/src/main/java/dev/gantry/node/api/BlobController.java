package dev.gantry.node.api;

import dev.gantry.engine.Digest;
import dev.gantry.node.blob.KeptBlob;
import dev.gantry.node.blob.KeptBlobs;
import dev.gantry.node.blob.PeerLimits;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Blobs of layers for other nodes of the zone: what this one has kept, or is just fetching. */
@RestController
class BlobController {
  /** One more than these finds another node, or image-service, sooner than this one is ready. */
  private static final int AT_ONCE = 16;

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");

  private final KeptBlobs kept;
  private final Counter bytes;
  private final Semaphore places = new Semaphore(AT_ONCE);

  BlobController(KeptBlobs kept, MeterRegistry meters) {
    this.kept = kept;
    this.bytes =
        Counter.builder("gantry.node.layer.served")
            .description("bytes of layers' blobs that other nodes got")
            .baseUnit("bytes")
            .register(meters);
  }

  @GetMapping("/v1/blobs/{digest}")
  void blob(HttpServletRequest request, HttpServletResponse response, @PathVariable Digest digest)
      throws IOException {
    if (!places.tryAcquire()) {
      throw new ServiceException(ErrorCode.UNAVAILABLE, "this node serves enough others");
    }
    try (KeptBlob blob = kept.read(digest).orElseThrow(() -> unknown(digest))) {
      long from = from(request);
      if (from >= blob.size()) {
        throw new ServiceException(ErrorCode.INVALID, "a blob has no byte " + from);
      }
      response.setStatus(206);
      response.setHeader(
          "Content-Range", "bytes " + from + "-" + (blob.size() - 1) + "/" + blob.size());
      response.setContentType("application/octet-stream");
      response.setContentLengthLong(blob.size() - from);
      blob.writeTo(response.getOutputStream(), from, PeerLimits.DEFAULT, bytes::increment);
    } finally {
      places.release();
    }
  }

  private static long from(HttpServletRequest request) {
    String range = request.getHeader("Range");
    Matcher parts = RANGE.matcher(range == null ? "bytes=0-" : range);
    if (!parts.matches()) {
      throw new ServiceException(ErrorCode.INVALID, "a range is bytes=FIRST-");
    }
    return Long.parseLong(parts.group(1));
  }

  private static ServiceException unknown(Digest digest) {
    return new ServiceException(ErrorCode.NOT_FOUND, "blob " + digest + " is not here");
  }
}
