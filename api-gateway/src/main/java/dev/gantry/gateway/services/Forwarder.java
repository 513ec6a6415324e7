package dev.gantry.gateway.services;

import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.services.GantryHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.cloud.gateway.server.mvc.common.MvcUtils;
import org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Passes calls through to another process with Spring Cloud Gateway; {@link InternalProxyExchange}
 * carries them. What the other process may not believe from a client, its own headers, is taken
 * off.
 */
public final class Forwarder {
  private static final List<String> NOT_THEIRS =
      List.of(
          GantryHeaders.TEAM,
          GantryHeaders.USER,
          GantryHeaders.NODE,
          "traceparent",
          "tracestate",
          "baggage");

  /** The call with the path that the other process knows it by. */
  public Answer forward(Call call, Peer peer, String path) {
    return forward(call, peer, path, Map.of());
  }

  /**
   * The same with headers of ours.
   *
   * @param path plain: letters, digits and {@code ._:@/-}
   */
  public Answer forward(Call call, Peer peer, String path, Map<String, String> headers) {
    HttpServletRequest http = call.http();
    URI target = URI.create(peer.origin().uri() + path + call.query().passedOn());
    ServerRequest request =
        ServerRequest.from(ServerRequest.create(http, List.of()))
            .uri(target)
            .headers(
                all -> {
                  NOT_THEIRS.forEach(all::remove);
                  all.set(GantryHeaders.TEAM, call.caller().team().value());
                  all.set(GantryHeaders.USER, call.caller().user());
                  headers.forEach(all::set);
                })
            .attribute(InternalProxyExchange.PEER, peer)
            .attribute(InternalProxyExchange.WHAT, what(call))
            .build();
    MvcUtils.setRequestUrl(request, peer.origin().uri());
    try {
      return new Answer.Passed(HandlerFunctions.http().handle(request));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("cannot pass a call on to " + peer.name(), e);
    }
  }

  /**
   * The verb of the route in the words of an error: {@code container.list} is to list container.
   */
  private static String what(Call call) {
    String[] words = call.route().verb().split("\\.", 2);
    return words.length == 2 ? words[1] + " " + words[0] : words[0];
  }
}
