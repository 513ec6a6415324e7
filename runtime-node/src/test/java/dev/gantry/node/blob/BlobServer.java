package dev.gantry.node.blob;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.services.BlobClaim;
import dev.gantry.services.BlobPlaces;
import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Somebody who has blobs, image-service or a node, and gives them as it likes. */
final class BlobServer implements AutoCloseable {
  /** What it does when it is asked for a blob. */
  enum Manner {
    SOUND,
    /** One byte in the middle is another. */
    LIES,
    /** Half comes, and then nothing. */
    STALLS,
    /** Half comes, and then the end. */
    BREAKS_OFF,
    /** It says that it has more than there is. */
    BOASTS,
    /** It has none. */
    DENIES
  }

  private final HttpServer server;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** From which byte on a blob was asked for, each time. */
  final List<Long> asked = new CopyOnWriteArrayList<>();

  final List<BlobClaim> claims = new CopyOnWriteArrayList<>();
  volatile Manner manner = Manner.SOUND;
  volatile BlobPlaces places = new BlobPlaces(false, List.of());

  BlobServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/blobs/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on it has the blob of this layer. */
  ResolvedImage.Layer put(Digest diffId, byte[] blob) {
    Digest digest = Digest.ofBytes(blob);
    blobs.put(digest.value(), blob);
    return new ResolvedImage.Layer(
        digest, diffId, "application/vnd.oci.image.layer.v1.tar", blob.length);
  }

  byte[] blob(Digest digest) {
    return Objects.requireNonNull(blobs.get(digest.value()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Path path = Path.of(exchange.getRequestURI().getPath());
      if (path.endsWith("holders")) {
        claims.add(
            EngineJson.MAPPER.readValue(exchange.getRequestBody().readAllBytes(), BlobClaim.class));
        byte[] told = EngineJson.MAPPER.writeValueAsBytes(places);
        exchange.sendResponseHeaders(200, told.length);
        exchange.getResponseBody().write(told);
        return;
      }
      String range = exchange.getRequestHeaders().getFirst("Range");
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      asked.add((long) from);
      byte[] blob = blobs.get(String.valueOf(path.getFileName()));
      if (blob == null || manner == Manner.DENIES) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      send(exchange, Arrays.copyOfRange(blob, from, blob.length), range == null ? 200 : 206);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void send(HttpExchange exchange, byte[] bytes, int status)
      throws IOException, InterruptedException {
    if (manner == Manner.LIES) {
      bytes[bytes.length / 2] ^= 1;
    }
    int more = manner == Manner.BOASTS ? 1 : 0;
    exchange.sendResponseHeaders(status, bytes.length + more);
    boolean half = manner == Manner.STALLS || manner == Manner.BREAKS_OFF;
    exchange.getResponseBody().write(bytes, 0, half ? bytes.length / 2 : bytes.length);
    exchange.getResponseBody().flush();
    if (manner == Manner.STALLS) {
      closed.await();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
