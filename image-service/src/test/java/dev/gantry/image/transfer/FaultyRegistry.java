package dev.gantry.image.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.engine.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A registry that can be told to misbehave, and remembers what it was asked. */
public final class FaultyRegistry implements AutoCloseable {
  /** A request as it came. */
  record Asked(String method, String path, String authorization, String range) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();

  /** How many answers with a blob break off in their middle. */
  final AtomicInteger breaks = new AtomicInteger();

  /** How many uploads break off in their middle. */
  final AtomicInteger uploadBreaks = new AtomicInteger();

  private final ByteArrayOutputStream upload = new ByteArrayOutputStream();

  volatile boolean knowsRanges = true;

  /** Waited for before the second half of a blob is sent. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  /** What is answered to who shows nothing; empty for none. */
  volatile String challenge = "";

  /** What has to be shown. */
  volatile String wanted = "";

  /** Where blobs are instead. */
  volatile String elsewhere = "";

  private final HttpServer server;
  private final ServerSocket front;

  public FaultyRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.7.7.8", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    front = new ServerSocket(0, 50, InetAddress.ofLiteral("127.7.7.7"));
    Thread _ = Thread.startVirtualThread(this::accept);
  }

  public String address() {
    return "127.7.7.7:" + front.getLocalPort();
  }

  /** Closes on who wants TLS, as other servers do; this one would wait. */
  private void accept() {
    while (!front.isClosed()) {
      try {
        Socket client = front.accept();
        Thread _ = Thread.startVirtualThread(() -> serve(client));
      } catch (IOException _) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket inner = new Socket("127.7.7.8", server.getAddress().getPort())) {
      int first = client.getInputStream().read();
      if (first < 0 || first == 0x16) {
        return;
      }
      inner.getOutputStream().write(first);
      Thread back = Thread.startVirtualThread(() -> copy(inner, client));
      copy(client, inner);
      back.join();
    } catch (IOException | InterruptedException _) {
      // One of the two has left.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (to) {
      long _ = from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // As above.
    }
  }

  /** Has the image under the tag, and by its digest. */
  public void put(String tag, TestImage image) {
    manifests.put(tag, image.manifest());
    manifests.put(image.digest().value(), image.manifest());
    blobs.putAll(image.blobs());
  }

  long count(String method, String end) {
    return asked.stream()
        .filter(one -> one.method().equals(method) && one.path().endsWith(end))
        .count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Asked one =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              header(exchange, "Authorization"),
              header(exchange, "Range"));
      asked.add(one);
      if (path.equals("/token")) {
        send(exchange, 200, "{\"token\":\"the-token\"}".getBytes(UTF_8), "application/json");
      } else if (!wanted.isEmpty() && !one.authorization().equals(wanted)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
        exchange.sendResponseHeaders(401, -1);
      } else if (path.equals("/v2/")) {
        send(exchange, 200, "{}".getBytes(UTF_8), "application/json");
      } else {
        content(exchange, path);
      }
    }
  }

  /** One upload at a time, as its test has one blob that is missing. */
  private void upload(HttpExchange exchange) throws IOException {
    String here = exchange.getRequestURI().getPath();
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        upload.reset();
        exchange.getResponseHeaders().set("Location", here + "one");
        exchange.sendResponseHeaders(202, -1);
      }
      case "PATCH" -> {
        long length = Long.parseLong(header(exchange, "Content-Length"));
        boolean breaks = uploadBreaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        upload.write(exchange.getRequestBody().readNBytes((int) (breaks ? length / 2 : length)));
        if (breaks) {
          throw new IOException("broken off, as was asked");
        }
        exchange.getResponseHeaders().set("Location", here);
        exchange.sendResponseHeaders(202, -1);
      }
      case "PUT" -> {
        blobs.put(Digest.ofBytes(upload.toByteArray()), upload.toByteArray());
        exchange.sendResponseHeaders(201, -1);
      }
      default -> {
        exchange.getResponseHeaders().set("Range", "0-" + (upload.size() - 1));
        exchange.sendResponseHeaders(204, -1);
      }
    }
  }

  private void content(HttpExchange exchange, String path) throws IOException {
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (path.contains("/blobs/uploads/")) {
      upload(exchange);
    } else if (exchange.getRequestMethod().equals("PUT")) {
      manifests.put(last, exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(201, -1);
    } else if (path.endsWith("/tags/list")) {
      String tags =
          String.join(
              ",",
              manifests.keySet().stream()
                  .filter(name -> !name.contains(":"))
                  .sorted()
                  .map(name -> "\"" + name + "\"")
                  .toList());
      send(exchange, 200, ("{\"tags\":[" + tags + "]}").getBytes(UTF_8), "application/json");
    } else if (path.contains("/manifests/")) {
      byte[] manifest = manifests.get(last);
      String type =
          manifest != null && new String(manifest, UTF_8).contains("\"manifests\"")
              ? TestImage.INDEX
              : TestImage.MANIFEST;
      sendOr404(exchange, manifest, type);
    } else if (!elsewhere.isEmpty()) {
      exchange.getResponseHeaders().set("Location", elsewhere + path);
      exchange.sendResponseHeaders(307, -1);
    } else {
      blob(exchange, blobs.get(new Digest(last)));
    }
  }

  private void blob(HttpExchange exchange, byte @Nullable [] blob) throws IOException {
    if (blob == null || exchange.getRequestMethod().equals("HEAD")) {
      sendOr404(exchange, blob, "application/octet-stream");
      return;
    }
    String range = header(exchange, "Range");
    int from =
        range.isEmpty() || !knowsRanges
            ? 0
            : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, blob.length - from);
    OutputStream out = exchange.getResponseBody();
    int half = from + (blob.length - from) / 2;
    out.write(blob, from, half - from);
    out.flush();
    if (breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("broken off, as was asked");
    }
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    out.write(blob, half, blob.length - half);
    out.close();
  }

  private static void sendOr404(HttpExchange exchange, byte @Nullable [] content, String type)
      throws IOException {
    if (content == null) {
      byte[] error =
          "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"
              .getBytes(UTF_8);
      send(exchange, 404, error, "application/json");
    } else {
      send(exchange, 200, content, type);
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] content, String type)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  @Override
  public void close() throws IOException {
    gate.countDown();
    front.close();
    server.stop(0);
  }
}
