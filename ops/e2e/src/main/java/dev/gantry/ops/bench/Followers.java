package dev.gantry.ops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that wait for something to happen, as tools do that follow an engine. They are read by
 * one thread, so that what is measured is the engine.
 */
final class Followers implements AutoCloseable {
  private static final long SETTLE_NANOS = 10_000_000_000L;
  private static final long SPAN_NANOS = 10_000_000_000L;
  private static final int ANSWER_BYTES = 64;

  private final List<SocketChannel> clients = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
  private final Selector selector;

  private Followers(Selector selector) {
    this.selector = selector;
  }

  /**
   * What they cost while nothing happens: of the platform's processes, the processor's time in
   * milliseconds a second.
   *
   * @param request method and path, where ID is a container that runs and says nothing
   */
  static double processorMillis(Engine engine, int count, String request) {
    String id = engine.sleeper();
    try (Followers followers = new Followers(Selector.open())) {
      followers.open(engine.socket(), count, request.replace("ID", id));
      followers.read(SETTLE_NANOS);
      double before = engine.processorMillis();
      long began = System.nanoTime();
      followers.read(SPAN_NANOS);
      return (engine.processorMillis() - before) / ((System.nanoTime() - began) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      engine.clean();
    }
  }

  private void open(Path socket, int count, String request) throws IOException {
    ByteBuffer head =
        ByteBuffer.wrap(
            "%s HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n"
                .formatted(request)
                .getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < count; i++) {
      SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      clients.add(client);
      client.write(head.rewind());
      ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
      int unused = client.read(answer);
      String line = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
      if (!line.startsWith("HTTP/1.1 200")) {
        throw new IllegalStateException("%s, %d times: %s".formatted(request, i + 1, line));
      }
      client.configureBlocking(false);
      client.register(selector, SelectionKey.OP_READ);
    }
  }

  /** Takes what comes. */
  private void read(long nanos) throws IOException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      int unused =
          selector.select(
              key -> {
                try {
                  if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
                    throw new IllegalStateException("the engine closed a stream");
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              1 + left / 1_000_000);
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel client : clients) {
      client.close();
    }
    selector.close();
  }
}
