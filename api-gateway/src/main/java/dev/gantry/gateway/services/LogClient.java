package dev.gantry.gateway.services;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.StreamFrame;
import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.call.Query;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

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

  /** The output of a container that is gone, as the query asks for it. */
  public Answer read(ContainerId id, Caller caller, Query query) {
    return read(id, caller, query, "");
  }

  /**
   * The same of a container whose node can't be asked, as far as it is here.
   *
   * @param incomplete why that may not be all, which is said behind it in the stream's own way;
   *     empty where it is all. A terminal's stream has no such way.
   */
  public Answer read(ContainerId id, Caller caller, Query query, String incomplete) {
    Ask ask =
        Ask.of(
                "read the output of container " + id.shortForm(),
                "GET",
                "/v1/containers/" + id + "/logs" + query.passedOn())
            .within(Duration.ZERO);
    Reply reply = exchanges.send(services.peer(SERVICE), Exchanges.forCaller(ask, caller));
    String type = reply.header("Content-Type").orElse(MULTIPLEXED);
    String content = type.startsWith("application/vnd") ? type : MULTIPLEXED;
    boolean told = !incomplete.isEmpty() && content.equals(MULTIPLEXED);
    return new Answer.Live(content, told ? new Copy(reply, error(incomplete)) : new Copy(reply));
  }

  private static byte[] error(String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] frame = new byte[StreamFrame.HEADER_BYTES + text.length];
    StreamFrame.writeHeader(frame, 0, StreamFrame.SYSTEM_ERROR, text.length);
    System.arraycopy(text, 0, frame, StreamFrame.HEADER_BYTES, text.length);
    return frame;
  }

  /** Copies an answer's body to a client as it comes, and some bytes behind it. */
  public record Copy(Reply reply, byte[] end) implements Answer.Feed {
    public Copy(Reply reply) {
      this(reply, new byte[0]);
    }

    @Override
    public void run(OutputStream client) throws IOException {
      try (reply) {
        byte[] buffer = new byte[BUFFER];
        InputStream body = reply.body();
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
          client.write(buffer, 0, count);
          client.flush();
        }
        client.write(end);
        client.flush();
      }
    }

    @Override
    public void stop() {
      reply.abort();
    }
  }
}
