package dev.gantry.gateway.services;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.gateway.call.Caller;
import dev.gantry.services.ImageApi;
import dev.gantry.services.ResolvedImage;
import java.net.URLEncoder;
import java.time.Duration;

/** image-service, asked for one caller. */
public final class ImageClient implements ImageApi {
  public static final String SERVICE = "image-service";

  private final Exchanges exchanges;
  private final ServiceDirectory services;
  private final Caller caller;

  public ImageClient(Exchanges exchanges, ServiceDirectory services, Caller caller) {
    this.exchanges = exchanges;
    this.services = services;
    this.caller = caller;
  }

  @Override
  public ResolvedImage resolve(String name) {
    Ask ask =
        Ask.of(
                "resolve image " + name,
                "GET",
                "/v1/images/resolve?name=" + URLEncoder.encode(name, UTF_8))
            .within(Duration.ofSeconds(10));
    return exchanges.json(
        services.peer(SERVICE), Exchanges.forCaller(ask, caller), ResolvedImage.class);
  }
}
