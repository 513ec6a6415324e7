package dev.gantry.node.running;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A gateway to which the sockets of containers lead. It says by which node, for which team and for
 * which container a connection was opened, and what came through it until its half-close.
 */
final class TestGateway implements AutoCloseable {
  private final SSLServerSocket server;
  private volatile boolean away;

  TestGateway(SSLContext tls) throws IOException {
    server =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    Thread.ofVirtual().name("test-gateway").start(this::acceptAll);
  }

  String url() {
    return "https://127.0.0.1:" + server.getLocalPort();
  }

  /** While it is, nobody gets an answer. */
  void away(boolean isAway) {
    away = isAway;
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        SSLSocket socket = (SSLSocket) server.accept();
        Thread.ofVirtual().name("test-gateway-connection").start(() -> serve(socket));
      } catch (IOException _) {
        // Closed, or a connection that had ended already.
      }
    }
  }

  private void serve(SSLSocket connection) {
    try (SSLSocket socket = connection) {
      if (away) {
        return;
      }
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      String head = head(in);
      if (!head.startsWith("POST /v1/team-sockets HTTP/1.1\r\n")) {
        out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
        return;
      }
      out.write(
          "HTTP/1.1 101 \r\nConnection: Upgrade\r\nUpgrade: gantry-stream\r\n\r\n".getBytes(UTF_8));
      String node =
          ((X509Certificate) socket.getSession().getPeerCertificates()[0])
              .getSubjectX500Principal()
              .getName();
      String lead = node + " " + field(head, "Gantry-Team") + " " + field(head, "Gantry-Container");
      out.write((lead + " ").getBytes(UTF_8));
      for (int length = in.readInt(); length > 0; length = in.readInt()) {
        out.write(in.readNBytes(length));
      }
    } catch (EOFException _) {
      // The node has closed it.
    } catch (IOException _) {
      // A test that closed its end does not care.
    }
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  private static String field(String head, String name) {
    return head.lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
