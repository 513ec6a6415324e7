package dev.gantry.gateway.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.gateway.GatewaySettings;
import dev.gantry.gateway.call.Answer;
import dev.gantry.services.TlsFiles;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

/** A client that has said all that it has to say is still answered, whichever door it came by. */
class HalfCloseTest {
  @TempDir Path folder;
  private TomcatWebServer server;

  @BeforeEach
  void open() throws Exception {
    certs("control");
    certs("issue", "--team", "shop", "--user", "ann", "--out", folder.toString());
    Path certs = folder.resolve("etc/gantry/certs");
    var edge = new GatewaySettings.Edge("", "", "127.0.0.1:0", "127.0.0.1:0", "", List.of("*"));
    var tls =
        new TlsFiles(
            certs.resolve("control.pem"),
            certs.resolve("control.key"),
            certs.resolve("clients-ca.pem"));
    var factory = new TomcatServletWebServerFactory(0);
    new Doors(edge, tls).customize(factory);
    server =
        (TomcatWebServer)
            factory.getWebServer(context -> context.addServlet("echo", new Echo()).addMapping("/"));
    server.start();
  }

  private void certs(String... arguments) throws Exception {
    ProcessBuilder script = new ProcessBuilder(new ArrayList<>(List.of("../ops/certs")));
    script.command().addAll(List.of(arguments));
    script.environment().put("GANTRY_PREFIX", folder.toString());
    assertThat(script.inheritIO().start().waitFor()).isZero();
  }

  @AfterEach
  void close() {
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "all of it"})
  void onPlainTcp(String words) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", port("http"))) {
      assertThat(answer(socket, words)).isEqualTo("heard " + words);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "all of it"})
  void underTls(String words) throws Exception {
    // Layered, its end is told by TLS alone, as the docker CLI does.
    try (Socket plain = new Socket("127.0.0.1", port("https"));
        Socket socket =
            tls().getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), false)) {
      assertThat(answer(socket, words)).isEqualTo("heard " + words);
    }
  }

  private int port(String scheme) {
    return Arrays.stream(server.getTomcat().getService().findConnectors())
        .filter(
            connector ->
                connector.getScheme().equals(scheme)
                    && connector != server.getTomcat().getConnector())
        .mapToInt(Connector::getLocalPort)
        .findFirst()
        .orElseThrow();
  }

  private SSLContext tls() {
    var own =
        PemSslStoreDetails.forCertificate(location("cert.pem")).withPrivateKey(location("key.pem"));
    var authority = PemSslStoreDetails.forCertificate(location("ca.pem"));
    return SslBundle.of(new PemSslStoreBundle(own, authority)).createSslContext();
  }

  private String location(String file) {
    return "file:" + folder.resolve(file);
  }

  private static String answer(Socket socket, String words) throws IOException {
    socket.setSoTimeout(20_000);
    OutputStream out = socket.getOutputStream();
    out.write(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
            .getBytes(US_ASCII));
    out.flush();
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    assertThat(head).startsWith("HTTP/1.1 101 ");
    out.write(words.getBytes(US_ASCII));
    out.flush();
    socket.shutdownOutput();
    return new String(in.readAllBytes(), US_ASCII);
  }

  /** Says, once the client has ended, what it has said. */
  private static final class Echo extends HttpServlet {
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      request
          .upgrade(UpgradeSession.class)
          .serve(new Answer.Hijack("", new EchoSession()), UpgradeSession.place(), false);
      response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
      response.flushBuffer();
    }
  }

  private static final class EchoSession implements Answer.Duplex {
    private final CompletableFuture<byte[]> said = new CompletableFuture<>();

    @Override
    public void fromClient(InputStream client) throws IOException {
      said.complete(client.readAllBytes());
    }

    @Override
    public void toClient(OutputStream client) throws IOException {
      byte[] words = said.join();
      client.write("heard ".getBytes(US_ASCII));
      client.write(words);
      client.flush();
    }

    @Override
    public void close() {
      said.completeExceptionally(new IOException("closed"));
    }
  }
}
