package dev.gantry.gateway.edge;

import dev.gantry.gateway.call.Answer;
import dev.gantry.services.ServiceException;
import dev.gantry.services.StreamLimit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.tomcat.websocket.Constants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's stream as a websocket. Tomcat speaks the protocol and tells when the client has left;
 * nothing waits for input. Frames of any length come in pieces of a buffer's size, and a client
 * that does not read makes the other side wait.
 */
final class WebSocketSession extends Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketSession.class);
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final long AS_LONG_AS_IT_TAKES = -1;

  private final Answer.WebSocket answer;
  private final StreamLimit.Place place;

  private WebSocketSession(Answer.WebSocket answer, StreamLimit.Place place) {
    this.answer = answer;
    this.place = place;
  }

  /** Ends it, from whichever side; more than once changes nothing. */
  private void end() {
    answer.session().close();
    place.close();
  }

  /** Answers a request that is a websocket's; the session outlives the request. */
  static void serve(
      Answer.WebSocket answer, HttpServletRequest request, HttpServletResponse response) {
    var container =
        (ServerContainer) request.getServletContext().getAttribute(ServerContainer.class.getName());
    StreamLimit.Place place;
    try {
      place = UpgradeSession.place();
    } catch (ServiceException e) {
      answer.session().close();
      throw e;
    }
    WebSocketSession session = new WebSocketSession(answer, place);
    try {
      container.upgradeHttpToWebSocket(
          new WithoutQuery(request), response, config(session, request), Map.of());
    } catch (DeploymentException | IOException | RuntimeException e) {
      session.end();
      throw new IllegalStateException("cannot serve a websocket", e);
    }
  }

  private static ServerEndpointConfig config(WebSocketSession session, HttpServletRequest request) {
    String protocol = request.getHeader(PROTOCOL);
    return ServerEndpointConfig.Builder.create(WebSocketSession.class, "/")
        .subprotocols(protocol == null ? List.of() : List.of(protocol.split(",", 2)[0].strip()))
        .configurator(new Configurator(session))
        .build();
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    session.getUserProperties().put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, AS_LONG_AS_IT_TAKES);
    session.addMessageHandler(
        ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) (piece, _) -> fromClient(piece));
    session.addMessageHandler(
        String.class,
        (MessageHandler.Partial<String>)
            (piece, _) -> fromClient(StandardCharsets.UTF_8.encode(piece)));
    Thread.ofVirtual().name("to-websocket").start(() -> toClient(session));
  }

  private void fromClient(ByteBuffer piece) {
    try {
      answer.session().fromClient(piece);
    } catch (IOException e) {
      LOG.debug("the other side of a websocket left: {}", e.toString());
      end();
    }
  }

  private void toClient(Session session) {
    try (session) {
      answer.session().toClient(new MessageOutput(session.getBasicRemote(), answer.text()));
    } catch (IOException | IllegalStateException e) {
      // The latter is Tomcat's, of a session that was closed meanwhile.
      LOG.debug("a websocket ended: {}", e.toString());
    } finally {
      end();
    }
  }

  @Override
  public void onClose(Session session, CloseReason reason) {
    end();
  }

  @Override
  public void onError(Session session, Throwable failure) {
    LOG.debug("a websocket ended: {}", failure.toString());
    end();
  }

  /** Tomcat makes a URI of the query, which lenient clients may send in a form that is none. */
  private static final class WithoutQuery extends HttpServletRequestWrapper {
    WithoutQuery(HttpServletRequest request) {
      super(request);
    }

    @Override
    public @Nullable String getQueryString() {
      return null;
    }
  }

  /** Says what the handshake agrees on; where requests come from was checked before. */
  private static final class Configurator extends ServerEndpointConfig.Configurator {
    private final WebSocketSession session;

    Configurator(WebSocketSession session) {
      this.session = session;
    }

    @Override
    public <T> T getEndpointInstance(Class<T> type) {
      return type.cast(session);
    }

    @Override
    public boolean checkOrigin(@Nullable String origin) {
      return true;
    }

    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
      return supported.isEmpty() ? "" : supported.getFirst();
    }

    /** No compression: it costs memory for each session. */
    @Override
    public List<Extension> getNegotiatedExtensions(
        List<Extension> installed, List<Extension> requested) {
      return Collections.emptyList();
    }
  }
}
