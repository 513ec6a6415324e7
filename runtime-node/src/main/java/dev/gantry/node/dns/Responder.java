package dev.gantry.node.dns;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * Answers one container's queries over UDP and TCP, at ports of its own network namespace. What is
 * known here is answered at once; for the rest there is a bounded number of queries under way.
 */
final class Responder implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(Responder.class);
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.11");
  private static final int MAX_QUERY = 4096;
  private static final int MAX_DATAGRAM = 512;
  private static final int UNDER_WAY = 128;
  private static final int IDLE_MILLIS = 10_000;

  private final DatagramChannel datagrams;
  private final ServerSocketChannel streams;
  private final Answers answers;
  private final Upstream upstream;
  private final Semaphore underWay = new Semaphore(UNDER_WAY);
  private volatile Scope scope;

  private Responder(
      DatagramChannel datagrams,
      ServerSocketChannel streams,
      Answers answers,
      Upstream upstream,
      Scope scope) {
    this.datagrams = datagrams;
    this.streams = streams;
    this.answers = answers;
    this.upstream = upstream;
    this.scope = scope;
  }

  /** Opens its ports in the network namespace of the calling thread. */
  static Responder open(Answers answers, Upstream upstream, Scope scope) throws IOException {
    DatagramChannel datagrams = DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      datagrams.bind(new InetSocketAddress(ADDRESS, 0));
      ServerSocketChannel streams = ServerSocketChannel.open(StandardProtocolFamily.INET);
      try {
        streams.bind(new InetSocketAddress(ADDRESS, 0));
        return new Responder(datagrams, streams, answers, upstream, scope);
      } catch (IOException e) {
        streams.close();
        throw e;
      }
    } catch (IOException e) {
      datagrams.close();
      throw e;
    }
  }

  /** Answers from now on, until it is closed. */
  void serve() {
    Thread.ofVirtual().name("dns-udp").start(this::serveDatagrams);
    Thread.ofVirtual().name("dns-tcp").start(this::serveStreams);
  }

  int datagramPort() throws IOException {
    return ((InetSocketAddress) datagrams.getLocalAddress()).getPort();
  }

  int streamPort() throws IOException {
    return ((InetSocketAddress) streams.getLocalAddress()).getPort();
  }

  void scope(Scope next) {
    scope = next;
  }

  private void serveDatagrams() {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_QUERY);
    while (datagrams.isOpen()) {
      try {
        buffer.clear();
        SocketAddress client = datagrams.receive(buffer);
        byte[] query = new byte[buffer.flip().remaining()];
        buffer.get(query);
        answerDatagram(query, client);
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        // Of one query, such as that its client is gone.
        log.debug("a query was not answered: {}", e.toString());
      }
    }
  }

  private void answerDatagram(byte[] query, SocketAddress client) throws IOException {
    Message parsed = parse(query);
    if (parsed == null) {
      return;
    }
    Optional<Message> known = answers.answer(parsed, scope);
    if (known.isPresent()) {
      send(known.get().toWire(Math.max(MAX_DATAGRAM, limit(parsed))), client);
    } else if (!scope.outside() || !underWay.tryAcquire()) {
      send(unknown(parsed).toWire(), client);
    } else {
      Thread.ofVirtual()
          .name("dns-ask")
          .start(
              () -> {
                try {
                  Optional<byte[]> answer = upstream.ask(query, scope.servers(), false);
                  send(answer.orElseGet(() -> failed(parsed)), client);
                } catch (IOException e) {
                  log.debug("an answer was not delivered: {}", e.toString());
                } finally {
                  underWay.release();
                }
              });
    }
  }

  private void send(byte[] answer, SocketAddress client) throws IOException {
    int unused = datagrams.send(ByteBuffer.wrap(answer), client);
  }

  private void serveStreams() {
    while (streams.isOpen()) {
      try {
        SocketChannel client = streams.accept();
        if (underWay.tryAcquire()) {
          Thread.ofVirtual().name("dns-stream").start(() -> serveStream(client));
        } else {
          client.close();
        }
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        log.debug("a stream of queries was not taken: {}", e.toString());
      }
    }
  }

  private void serveStream(SocketChannel client) {
    try (Socket socket = client.socket()) {
      socket.setSoTimeout(IDLE_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        byte[] query = new byte[in.readUnsignedShort()];
        in.readFully(query);
        Message parsed = parse(query);
        if (parsed == null) {
          return;
        }
        socket.getOutputStream().write(Upstream.framed(answerStream(query, parsed)));
      }
    } catch (EOFException _) {
      // The client has asked everything.
    } catch (IOException e) {
      log.debug("a stream of queries has ended: {}", e.toString());
    } finally {
      underWay.release();
    }
  }

  private byte[] answerStream(byte[] query, Message parsed) {
    Optional<Message> known = answers.answer(parsed, scope);
    if (known.isPresent()) {
      return known.get().toWire();
    }
    return scope.outside()
        ? upstream.ask(query, scope.servers(), true).orElseGet(() -> failed(parsed))
        : unknown(parsed).toWire();
  }

  private Message unknown(Message query) {
    return Answers.failure(query, scope.outside() ? Rcode.SERVFAIL : Rcode.NXDOMAIN);
  }

  private static byte[] failed(Message query) {
    return Answers.failure(query, Rcode.SERVFAIL).toWire();
  }

  private static int limit(Message query) {
    return query.getOPT() == null ? 0 : query.getOPT().getPayloadSize();
  }

  /** Null for what is no message. */
  private static @Nullable Message parse(byte[] query) {
    try {
      return new Message(query);
    } catch (IOException e) {
      log.debug("a query could not be read: {}", e.toString());
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    try (datagrams) {
      streams.close();
    }
  }
}
