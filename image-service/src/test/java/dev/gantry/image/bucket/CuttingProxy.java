package dev.gantry.image.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server on which connections break in the middle of answers. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress server;
  private final long most;
  private final AtomicInteger cuts = new AtomicInteger();

  /**
   * @param most bytes that come through one connection
   */
  CuttingProxy(InetSocketAddress server, long most) throws IOException {
    this.server = server;
    this.most = most;
    Thread _ = Thread.startVirtualThread(this::accept);
  }

  String endpoint() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** How often it has cut. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket upstream = new Socket(server.getAddress(), server.getPort());
        Thread _ = Thread.startVirtualThread(() -> copy(client, upstream, Long.MAX_VALUE));
        Thread _ = Thread.startVirtualThread(() -> copy(upstream, client, most));
      }
    } catch (IOException _) {
      // It was closed.
    }
  }

  private void copy(Socket from, Socket to, long limit) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      long total = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > limit) {
          int _ = cuts.incrementAndGet();
          return;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException _) {
      // The other end was closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
