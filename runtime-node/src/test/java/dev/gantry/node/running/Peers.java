package dev.gantry.node.running;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.IdResponse;
import dev.gantry.services.BlobPlaces;
import dev.gantry.services.Lease;
import dev.gantry.services.LeaseRequest;
import dev.gantry.services.ResolvedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The other ends of the node's calls: a layer of static busybox, a block of addresses that nothing
 * else uses, and somebody who takes the layers of commits.
 */
final class Peers implements AutoCloseable {
  private static final String[] APPLETS = {
    "sh", "cat", "echo", "true", "false", "sleep", "printf", "seq", "id", "stty", "tty", "ls",
    "head", "yes", "httpd", "kill", "mkdir", "touch", "test", "stat", "nslookup", "ping", "ip",
        "nc",
    "grep", "ln", "mkfifo", "rm"
  };

  /** Of all of them in this JVM: several nodes live side by side, on one host's network. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String range = "10." + (100 + COUNT.getAndIncrement() % 100) + ".";
  private final HttpsServer server;
  private final Map<String, Lease> lent = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Integer> served = new ConcurrentHashMap<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile @Nullable Digest cut;
  private volatile boolean whole;
  private final byte[] layer;
  private final Digest digest;

  Peers(SSLContext tls) throws IOException {
    layer = busybox();
    digest = Digest.ofBytes(layer);
    blobs.put(digest.value(), layer);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters needs = tls.getDefaultSSLParameters();
            needs.setNeedClientAuth(true);
            parameters.setSSLParameters(needs);
          }
        });
    server.createContext("/v1/blobs/", this::blob);
    server.createContext("/v1/leases", this::lease);
    server.createContext("/v1/images/commit", Peers::commit);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  ResolvedImage image() {
    var config =
        new ContainerConfig(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of("PATH=/bin"),
            List.of("sh"),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of("of", "the image"),
            null,
            null,
            null);
    return new ResolvedImage(
        digest,
        "busybox",
        "linux",
        "amd64",
        config,
        List.of(
            new ResolvedImage.Layer(
                digest, digest, "application/vnd.oci.image.layer.v1.tar", layer.length)));
  }

  /**
   * The same image with another layer above.
   *
   * @param config as the Engine API has it; empty for that of the image
   */
  ResolvedImage image(String config, byte[] above) {
    ResolvedImage image = image();
    Digest extra = Digest.ofBytes(above);
    blobs.put(extra.value(), above);
    List<ResolvedImage.Layer> layers = new ArrayList<>(image.layers());
    layers.add(
        new ResolvedImage.Layer(
            extra, extra, "application/vnd.oci.image.layer.v1.tar", above.length));
    return new ResolvedImage(
        extra,
        "hostile",
        image.os(),
        image.architecture(),
        config.isEmpty()
            ? image.config()
            : EngineJson.MAPPER.readValue(config, ContainerConfig.class),
        layers);
  }

  private void blob(HttpExchange exchange) throws IOException {
    String name = String.valueOf(Path.of(exchange.getRequestURI().getPath()).getFileName());
    if (name.equals("holders")) {
      answer(exchange, EngineJson.MAPPER.writeValueAsBytes(new BlobPlaces(false, List.of())));
      return;
    }
    int _ = served.merge(name, 1, Integer::sum);
    byte[] content = blobs.getOrDefault(name, layer);
    Digest half = cut;
    if (half == null || !half.value().equals(name)) {
      answer(exchange, content);
      return;
    }
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, content.length / 2);
    exchange.getResponseBody().flush();
    try {
      goOn.await();
      if (whole) {
        exchange
            .getResponseBody()
            .write(content, content.length / 2, content.length - content.length / 2);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      exchange.close();
    }
  }

  /** From now on the blob is sent to its half, and then nothing comes. */
  void stopHalfway(Digest blob) {
    cut = blob;
  }

  /** The same; the other half comes when {@link #goOn} says so. */
  void pauseHalfway(Digest blob) {
    whole = true;
    cut = blob;
  }

  /** All is sent again. */
  void goOn() {
    cut = null;
    goOn.countDown();
  }

  /** How often a blob was asked for. */
  int served(Digest blob) {
    return served.getOrDefault(blob.value(), 0);
  }

  private void lease(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        var request =
            EngineJson.MAPPER.readValue(
                exchange.getRequestBody().readAllBytes(), LeaseRequest.class);
        Lease lease = lent.computeIfAbsent(request.requestId(), _ -> lend(request));
        answer(exchange, EngineJson.MAPPER.writeValueAsBytes(lease));
      }
      case "DELETE" -> {
        lent.remove(Path.of(exchange.getRequestURI().getPath()).getFileName().toString());
        answer(exchange, new byte[0]);
      }
      default -> answer(exchange, EngineJson.MAPPER.writeValueAsBytes(lent.values()));
    }
  }

  /** The address of a team's default bridge. */
  String defaultGateway() {
    return range + "240.1";
  }

  /** How the addresses of {@code net-NUMBER} begin. */
  String range(int network) {
    return range + (200 + network) + ".";
  }

  /** What is lent of a network now. */
  List<Lease> lent(String network) {
    return lent.values().stream().filter(one -> one.networkId().equals(network)).toList();
  }

  /**
   * A network of a test is called {@code net-NUMBER}, with a part of the range for each number, and
   * {@code net-NUMBER-internal} or {@code net-NUMBER-silent}.
   */
  private Lease lend(LeaseRequest request) {
    String network = request.network();
    if (network == null) {
      String team = "test-network-" + request.team();
      return new Lease(
          request.requestId(),
          team,
          "bridge",
          range + "240.0/20",
          defaultGateway(),
          range + "241.0/24",
          List.of(),
          false,
          Map.of(),
          false);
    }
    String part = range(Integer.parseInt(network.split("-")[1]));
    return new Lease(
        request.requestId(),
        network,
        network,
        part + "0/24",
        part + "1",
        request.address() == null ? part + "128/25" : request.address() + "/32",
        List.of(),
        network.endsWith("internal"),
        network.endsWith("silent")
            ? Map.of("com.docker.network.bridge.enable_icc", "false")
            : Map.of(),
        false);
  }

  /** Takes a layer to its end; what cannot be read as a whole is no image. */
  private static void commit(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String id = Digest.ofBytes(body).value();
    answer(exchange, EngineJson.MAPPER.writeValueAsBytes(new IdResponse(id)));
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static byte[] busybox() throws IOException {
    byte[] program = Files.readAllBytes(Path.of("/bin/busybox"));
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      for (String folder :
          new String[] {"bin/", "etc/", "tmp/", "proc/", "sys/", "dev/", "data/"}) {
        var entry = new TarArchiveEntry(folder);
        entry.setMode(0755);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
      file(tar, "bin/busybox", 0755, program);
      file(
          tar,
          "etc/passwd",
          0644,
          "root:x:0:0::/root:/bin/sh\nweb:x:33:44::/data:/bin/sh\n".getBytes());
      file(tar, "data/of-the-image", 0640, "copied up\n".getBytes());
      link(tar, "tmp/up", "../../../../../../../../etc");
      for (String applet : APPLETS) {
        link(tar, "bin/" + applet, "busybox");
      }
    }
    return bytes.toByteArray();
  }

  private static void link(TarArchiveOutputStream tar, String name, String target)
      throws IOException {
    var entry = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static void file(TarArchiveOutputStream tar, String name, int mode, byte[] content)
      throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  @Override
  public void close() {
    goOn();
    server.stop(0);
  }
}
