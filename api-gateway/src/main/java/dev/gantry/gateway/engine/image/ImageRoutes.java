package dev.gantry.gateway.engine.image;

import static dev.gantry.gateway.call.Permission.IMAGE_READ;
import static dev.gantry.gateway.call.Permission.IMAGE_WRITE;

import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.gateway.call.Shape;
import dev.gantry.gateway.fleet.ContainerView;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.services.Ask;
import dev.gantry.gateway.services.Exchanges;
import dev.gantry.gateway.services.Forwarder;
import dev.gantry.gateway.services.ImageClient;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.GantryHeaders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** The routes of images, which image-service answers. */
public final class ImageRoutes implements Routes {
  private static final String PREFIX = "/v1/engine/images/";

  private final Fleet fleet;
  private final Forwarder forwarder;
  private final Exchanges exchanges;
  private final ServiceDirectory services;

  public ImageRoutes(
      Fleet fleet, Forwarder forwarder, Exchanges exchanges, ServiceDirectory services) {
    this.fleet = fleet;
    this.forwarder = forwarder;
    this.exchanges = exchanges;
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.read(
            "/images/json",
            IMAGE_READ,
            "image.list",
            Shape.IMAGE_LIST,
            call -> shaped(call, "json")),
        Route.read("/images/get", IMAGE_READ, "image.save", call -> pass(call, "get")),
        Route.read("/images/search", IMAGE_READ, "image.search", _ -> Answer.json(List.of())),
        Route.change("POST", "/images/load", IMAGE_WRITE, "image.load", call -> pass(call, "load"))
            .streamed(),
        Route.change(
                "POST", "/images/create", IMAGE_WRITE, "image.create", call -> pass(call, "create"))
            .streamed(),
        Route.change(
            "POST", "/images/prune", IMAGE_WRITE, "image.prune", call -> pass(call, "prune")),
        Route.read(
            "/images/{name...}/json",
            IMAGE_READ,
            "image.inspect",
            Shape.IMAGE_INSPECT,
            call -> shaped(call, name(call) + "/json")),
        Route.read(
            "/images/{name...}/history",
            IMAGE_READ,
            "image.history",
            call -> pass(call, name(call) + "/history")),
        Route.read(
            "/images/{name...}/get",
            IMAGE_READ,
            "image.save",
            call -> pass(call, name(call) + "/get")),
        Route.change(
            "POST",
            "/images/{name...}/tag",
            IMAGE_WRITE,
            "image.tag",
            call -> pass(call, name(call) + "/tag")),
        Route.change(
            "DELETE",
            "/images/{name...}",
            IMAGE_WRITE,
            "image.remove",
            call -> pass(call, name(call))));
  }

  private static String name(Call call) {
    return URLEncoder.encode(call.path("name"), StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%2F", "/")
        .replace("%3A", ":")
        .replace("%40", "@");
  }

  /** What differs from version to version of the API is read and shaped here. */
  private Answer shaped(Call call, String path) {
    String query = call.http().getQueryString();
    Ask ask =
        Ask.of(
            call.route().verb().replace('.', ' '),
            "GET",
            PREFIX + path + (query == null ? "" : "?" + query));
    return Answer.json(
        exchanges.json(
            services.peer(ImageClient.SERVICE),
            Exchanges.forCaller(ask, call.caller()),
            JsonNode.class));
  }

  private Answer pass(Call call, String path) {
    return forwarder.forward(
        call,
        services.peer(ImageClient.SERVICE),
        PREFIX + path,
        call.route().changes() ? Map.of(GantryHeaders.IMAGES_IN_USE, inUse(call)) : Map.of());
  }

  /** {@code IMAGE=CONTAINER}, with {@code !} behind it where the container runs. */
  private String inUse(Call call) {
    StringJoiner all = new StringJoiner(",");
    for (ContainerView container : fleet.containers().of(call.caller().team())) {
      all.add(
          container.inspect().image() + "=" + container.id() + (container.running() ? "!" : ""));
    }
    return all.toString();
  }
}
