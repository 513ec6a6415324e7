package dev.gantry.image.transfer;

import static dev.gantry.image.transfer.TestStore.ANN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gantry.engine.Digest;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.quota.Quotas;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.rule.RuleException;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Root file systems that other servers have. */
class UrlImportTest extends EmptyStore {
  private static final String HOST = "127.7.7.9";

  /** The tar of no files; its digest is that of the layer. */
  private static final byte[] ROOT = new byte[1024];

  private HttpServer server;
  private String base;
  private final AtomicLong sent = new AtomicLong();

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(HOST, 0), 0);
    server.createContext("/", this::answer);
    server.start();
    base = "http://" + HOST + ":" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String who = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      switch (path) {
        case "/root.tar" -> send(exchange, 200, ROOT);
        case "/closed.tar" ->
            send(exchange, who.equals("Basic YW5uOnNlY3JldA==") ? 200 : 401, ROOT);
        case "/moved" -> redirect(exchange, base + "/root.tar");
        case "/inwards" -> redirect(exchange, "http://127.0.0.1:2/root.tar");
        case "/endless" -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] zeros = new byte[64 << 10];
          while (true) {
            exchange.getResponseBody().write(zeros);
            sent.addAndGet(zeros.length);
          }
        }
        case "/short" -> {
          exchange.sendResponseHeaders(200, ROOT.length + 1);
          exchange.getResponseBody().write(ROOT);
        }
        case "/text" -> send(exchange, 200, "no tar".getBytes(UTF_8));
        default -> {
          int status = Integer.parseInt(path.substring(1));
          send(exchange, status, ("reason\nof " + status + "\n").getBytes(UTF_8));
        }
      }
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().set("Location", target);
    exchange.sendResponseHeaders(302, -1);
  }

  @Test
  void aRootIsImportedAndToldAsDockerTellsIt() throws Exception {
    List<String> told = store.importFrom(base + "/root.tar", "web:1");
    Digest id = store.image(ANN, "web:1").orElseThrow().id();
    assertThat(told).containsExactly("Downloading from " + base + "/root.tar", id.value());
    assertThat(new String(store.blobs.readSmall(id, 4096), UTF_8))
        .contains("\"Imported from " + base + "/root.tar\"");
    String bare = base.substring("http://".length());
    assertThat(store.importFrom(bare + "/moved", "web:2")).hasSize(2);
  }

  @Test
  void aSecretInTheAddressIsShownToItsServerAlone() throws Exception {
    String closed = base.replace("://", "://ann:secret@") + "/closed.tar";
    assertThat(store.importFrom(closed, "web:1").toString()).doesNotContain("secret");
    Digest id = store.image(ANN, "web:1").orElseThrow().id();
    assertThat(new String(store.blobs.readSmall(id, 4096), UTF_8)).doesNotContain("secret");
  }

  private void assertFails(String path, ErrorCode code) {
    assertThatThrownBy(() -> store.importFrom(base + path, "web:1"))
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageStartingWith(
            "failed to GET " + base + path + " with status " + path.substring(1))
        .hasMessageEndingWith(": reason of " + path.substring(1));
  }

  @Test
  void whatIsNotGivenIsToldWithItsReason() throws Exception {
    assertFails("/400", ErrorCode.INVALID);
    assertFails("/401", ErrorCode.UNAUTHENTICATED);
    assertFails("/403", ErrorCode.FORBIDDEN);
    assertFails("/404", ErrorCode.NOT_FOUND);
    assertThatThrownBy(() -> store.importFrom(base + "/500", "web:1"))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("with status 500 Internal Server Error: reason of 500");
    assertThatThrownBy(() -> store.importFrom("no-such-host.invalid/x", "web:1"))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("no such host");
    assertThatThrownBy(() -> store.importFrom("http://a b", "web:1"))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID));
    assertThatThrownBy(() -> store.importFrom("ftp://x/y", "web:1"))
        .isInstanceOf(RemoteException.class)
        .hasMessage("Get \"ftp://x/y\": unsupported protocol scheme \"ftp\"");
    for (String broken : List.of("/short", "/text")) {
      assertThatThrownBy(() -> store.importFrom(base + broken, "web:1"))
          .isInstanceOfAny(IOException.class, RefusedImageException.class);
    }
    assertThat(store.blobs.list()).isEmpty();
    assertThat(store.blobs.incoming().files()).isZero();
  }

  @Test
  void privateAddressesAreNotReachedDirectlyNorByDetour() {
    for (String source :
        List.of(
            base + "/inwards",
            "http://127.0.0.1:2/x",
            "localhost:2/x",
            "http://169.254.169.254/")) {
      assertThatThrownBy(() -> store.importFrom(source, "web:1"))
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.REFUSED));
    }
  }

  @Test
  void anEndlessFileIsBounded() throws Exception {
    assertThatThrownBy(() -> store.importFrom(base + "/endless", "web:1"))
        .isInstanceOf(RefusedImageException.class);
    Quotas.set(store.database, Optional.of(ANN.team()), 1_000_000L);
    sent.set(0);
    assertThatThrownBy(() -> store.importFrom(base + "/endless", "web:1"))
        .isInstanceOf(RuleException.class);
    assertThat(sent.get()).as("what is under way when it is refused, too").isLessThan(32 << 20);
    assertThat(store.blobs.incoming().files()).isZero();
  }
}
