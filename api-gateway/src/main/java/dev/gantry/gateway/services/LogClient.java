package dev.gantry.gateway.services;

import dev.gantry.engine.ContainerId;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Caller;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** log-service: the output of containers, also of those that are gone. */
public final class LogClient {
  private static final String SERVICE = "log-service";
  private static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
  private static final int BUFFER = 32 << 10;

  private final Exchanges exchanges;
  private final ServiceDirectory services;

  public LogClient(Exchanges exchanges, ServiceDirectory services) {
    this.exchanges = exchanges;
    this.services = services;
  }

  /** Whether the team has output of that container. */
  public boolean knows(ContainerId id, Caller caller) {
    Ask ask =
        Ask.of(
                "look for the output of container " + id.shortForm(),
                "GET",
                "/v1/containers/" + id + "/logs?stdout=1&tail=0")
            .within(Duration.ofSeconds(3));
    try (Reply _ = exchanges.send(services.peer(SERVICE), Exchanges.forCaller(ask, caller))) {
      return true;
    } catch (ServiceException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** The output, as the query asks for it. */
  public Answer read(ContainerId id, Caller caller, @Nullable String query) {
    Ask ask =
        Ask.of(
                "read the output of container " + id.shortForm(),
                "GET",
                "/v1/containers/" + id + "/logs" + (query == null ? "" : "?" + query))
            .within(Duration.ZERO);
    Reply reply = exchanges.send(services.peer(SERVICE), Exchanges.forCaller(ask, caller));
    String type = reply.header("Content-Type").orElse(MULTIPLEXED);
    return new Answer.Live(
        type.startsWith("application/vnd") ? type : MULTIPLEXED, new Copy(reply));
  }

  /** Copies an answer's body to a client as it comes. */
  public record Copy(Reply reply) implements Answer.Feed {
    @Override
    public void run(OutputStream client) throws IOException {
      try (reply) {
        byte[] buffer = new byte[BUFFER];
        InputStream body = reply.body();
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
          client.write(buffer, 0, count);
          client.flush();
        }
      }
    }

    @Override
    public void stop() {
      reply.abort();
    }
  }
}
