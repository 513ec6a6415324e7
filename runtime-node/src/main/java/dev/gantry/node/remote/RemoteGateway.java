package dev.gantry.node.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.node.socket.Gateway;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.GantryHeaders;
import dev.gantry.services.ServiceException;
import dev.gantry.services.TeamSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import tools.jackson.core.JacksonException;

/**
 * Gateways, of which the first that answers is taken. A connection is one of mutual TLS with a
 * switch to {@code gantry-stream}: our certificate tells which node we are, the headers for whom we
 * speak, and the gateway decides whether we may.
 */
public final class RemoteGateway implements Gateway {
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /** A gateway that has just started waits until it knows the fleet. */
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private static final int LONGEST_HEAD = 16 << 10;
  private static final int LONGEST_BODY = 64 << 10;

  private final List<URI> bases;
  private final SSLSocketFactory tls;

  /**
   * @param bases comma separated
   */
  public RemoteGateway(String bases, SSLSocketFactory tls) {
    this.bases = List.of(bases.split(",")).stream().map(String::strip).map(URI::create).toList();
    this.tls = tls;
  }

  @Override
  public Line open(TeamId team, ContainerId container) {
    ServiceException last = away("no address is configured");
    for (URI base : bases) {
      try {
        return open(base, team, container);
      } catch (IOException e) {
        last = away(String.valueOf(e.getMessage()));
      } catch (ServiceException e) {
        if (e.code() != ErrorCode.UNAVAILABLE) {
          throw e;
        }
        last = e;
      }
    }
    throw last;
  }

  private static ServiceException away(String reason) {
    return new ServiceException(ErrorCode.UNAVAILABLE, "api-gateway is unavailable: " + reason);
  }

  private Line open(URI base, TeamId team, ContainerId container) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel
          .socket()
          .connect(new InetSocketAddress(base.getHost(), base.getPort()), (int) CONNECT.toMillis());
      SSLSocket socket =
          (SSLSocket) tls.createSocket(channel.socket(), base.getHost(), base.getPort(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      // One that native code computes; without a word the client makes keys for two.
      parameters.setNamedGroups(new String[] {"secp256r1"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout((int) ANSWER.toMillis());
      ask(socket, base, team, container);
      socket.setSoTimeout(0);
      return new GatewayLine(channel, socket);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void ask(SSLSocket socket, URI base, TeamId team, ContainerId container)
      throws IOException {
    String request =
        """
        POST %s HTTP/1.1\r
        Host: %s\r
        Connection: Upgrade\r
        Upgrade: %s\r
        %s: %s\r
        %s: %s\r
        Content-Length: 0\r
        \r
        """
            .formatted(
                TeamSocket.DOOR,
                base.getAuthority(),
                GantryHeaders.STREAM_PROTOCOL,
                GantryHeaders.TEAM,
                team,
                GantryHeaders.CONTAINER,
                container);
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    // Byte by byte: what follows the head is the container's.
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0 || head.length() > LONGEST_HEAD) {
        throw new IOException("the gateway's answer is not one");
      }
      head.append((char) next);
    }
    String[] words = head.toString().split(" ", 3);
    if (!words[1].equals("101")) {
      throw refusal(words[1], head.toString(), in);
    }
  }

  private static ServiceException refusal(String status, String head, InputStream in)
      throws IOException {
    String length =
        head.toLowerCase(Locale.ROOT)
            .lines()
            .filter(line -> line.startsWith("content-length:"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("0");
    try {
      byte[] body = in.readNBytes(Math.min(Integer.parseInt(length), LONGEST_BODY));
      String message = EngineJson.MAPPER.readTree(body).path("message").asString("");
      return new ServiceException(ErrorCode.ofStatus(Integer.parseInt(status)), message);
    } catch (JacksonException | NumberFormatException e) {
      throw new IOException("the gateway answered " + status, e);
    }
  }
}
