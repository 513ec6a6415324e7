package dev.gantry.node.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.node.kernel.UnixStream;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a container: bytes go to the gateway and back as they are. */
final class TeamConnection {
  private static final Logger log = LoggerFactory.getLogger(TeamConnection.class);
  private static final int BUFFER = 32 << 10;
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final UnixStream client;
  private Gateway.@Nullable Line line;
  private boolean ended;

  TeamConnection(UnixStream client) {
    this.client = client;
  }

  /** Serves it to its end. */
  void run(Gateway gateway, TeamId team, ContainerId container) {
    try (client) {
      try (Gateway.Line opened = gateway.open(team, container)) {
        if (began(opened)) {
          splice(opened);
        }
      } catch (ServiceException e) {
        log.info("container {} does not reach the gateway: {}", container, e.detail());
        answer(e);
      }
    } catch (IOException e) {
      log.debug("a connection of container {} ended: {}", container, e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers in the gateway's place, and ends it. */
  void refuse(ServiceException why) {
    try (client) {
      answer(why);
    } catch (IOException e) {
      log.debug("a connection was refused and had ended: {}", e.toString());
    }
  }

  private synchronized boolean began(Gateway.Line opened) {
    line = opened;
    return !ended;
  }

  private void splice(Gateway.Line gateway) throws IOException, InterruptedException {
    Thread up = Thread.ofVirtual().name("team-socket-up").start(() -> copyUp(gateway));
    try {
      byte[] buffer = new byte[BUFFER];
      for (int count = gateway.read(buffer); count >= 0; count = gateway.read(buffer)) {
        client.write(buffer, 0, count);
      }
    } finally {
      client.end();
      gateway.close();
      up.join();
    }
  }

  private void copyUp(Gateway.Line gateway) {
    byte[] buffer = new byte[BUFFER];
    try {
      for (int count = client.read(buffer); count >= 0; count = client.read(buffer)) {
        gateway.write(buffer, count);
      }
      gateway.endOutput();
    } catch (IOException e) {
      log.debug("a connection broke: {}", e.toString());
      gateway.close();
    }
  }

  /** What the client has sent meanwhile is taken: else it would learn of a reset, and no more. */
  private void answer(ServiceException why) throws IOException {
    byte[] body = EngineJson.MAPPER.writeValueAsBytes(Map.of("message", why.detail()));
    int status = why.code() == ErrorCode.TIMEOUT ? 503 : why.code().status();
    String head =
        """
        HTTP/1.1 %d %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        Connection: close\r
        %s\r
        """
            .formatted(status, why.code(), body.length, status == 503 ? "Retry-After: 2\r\n" : "");
    client.write(head.getBytes(UTF_8), 0, head.length());
    client.write(body, 0, body.length);
    client.endOutput();
    byte[] ignored = new byte[BUFFER];
    for (int left = 1 << 20; left > 0; ) {
      int count = client.read(ignored, FAREWELL);
      left = count < 0 ? 0 : left - count;
    }
  }

  /** From outside: the container has ended. */
  synchronized void end() {
    ended = true;
    client.end();
    if (line != null) {
      line.close();
    }
  }
}
