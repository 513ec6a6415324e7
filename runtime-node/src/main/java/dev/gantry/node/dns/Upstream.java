package dev.gantry.node.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Other servers, asked from the host. A query goes as it came, under an id and from a port that
 * nobody can guess.
 */
final class Upstream {
  private static final Logger log = LoggerFactory.getLogger(Upstream.class);
  private static final Path HOST_SERVERS = Path.of("/etc/resolv.conf");
  private static final int PORT = 53;
  private static final int PATIENCE_MILLIS = 2000;
  private static final int MAX_DATAGRAM = 4096;
  private static final int MAX_SERVERS = 3;

  private final RandomGenerator random;

  Upstream(RandomGenerator random) {
    this.random = random;
  }

  /**
   * What the first server answers that does.
   *
   * @param servers empty for the host's own
   * @param stream over TCP
   */
  Optional<byte[]> ask(byte[] query, List<String> servers, boolean stream) {
    for (String server : servers.isEmpty() ? hostServers() : servers) {
      try {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(server), PORT);
        return Optional.of(stream ? overTcp(query, address) : overUdp(query, address));
      } catch (IOException | IllegalArgumentException e) {
        log.debug("name server {} did not answer: {}", server, e.toString());
      }
    }
    return Optional.empty();
  }

  /** As resolv.conf(5) has them, which may change at any time. */
  private static List<String> hostServers() {
    try {
      return Files.readAllLines(HOST_SERVERS).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words.length > 1 && words[0].equals("nameserver"))
          .map(words -> words[1])
          .limit(MAX_SERVERS)
          .toList();
    } catch (IOException e) {
      log.debug("no name servers are known: {}", e.toString());
      return List.of();
    }
  }

  private byte[] overUdp(byte[] query, InetSocketAddress server) throws IOException {
    byte[] own = query.clone();
    byte[] id = new byte[2];
    random.nextBytes(id);
    System.arraycopy(id, 0, own, 0, 2);
    try (DatagramSocket socket = new DatagramSocket()) {
      // From nobody else is anything taken.
      socket.connect(server);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.send(new DatagramPacket(own, own.length));
      DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
      long until = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
      while (System.nanoTime() < until) {
        socket.receive(packet);
        byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
        if (answer.length > 2 && answer[0] == id[0] && answer[1] == id[1]) {
          System.arraycopy(query, 0, answer, 0, 2);
          return answer;
        }
      }
      throw new IOException("only answers to other queries came");
    }
  }

  private static byte[] overTcp(byte[] query, InetSocketAddress server) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.write(framed(query));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return answer;
    }
  }

  /** A message with its length before it, in one piece (RFC 1035 §4.2.2). */
  static byte[] framed(byte[] message) {
    byte[] framed = new byte[message.length + 2];
    framed[0] = (byte) (message.length >> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    return framed;
  }
}
