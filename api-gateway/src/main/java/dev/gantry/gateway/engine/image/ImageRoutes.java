package dev.gantry.gateway.engine.image;

import static dev.gantry.gateway.call.Failures.invalid;
import static dev.gantry.gateway.call.Failures.notFound;
import static dev.gantry.gateway.call.Permission.IMAGE_READ;
import static dev.gantry.gateway.call.Permission.IMAGE_WRITE;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.engine.EngineJson;
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
import dev.gantry.gateway.services.Peer;
import dev.gantry.gateway.services.ServiceDirectory;
import dev.gantry.services.ImageUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The routes of images. All of them are answered by image-service; what only the gateway knows,
 * which images containers use, goes with the call or into the answer.
 */
public final class ImageRoutes implements Routes {
  private static final String ENGINE = "/v1/engine";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/-]{0,511}");

  private final Fleet fleet;
  private final ServiceDirectory services;
  private final Exchanges exchanges;
  private final Forwarder forwarder;

  public ImageRoutes(
      Fleet fleet, ServiceDirectory services, Exchanges exchanges, Forwarder forwarder) {
    this.fleet = fleet;
    this.services = services;
    this.exchanges = exchanges;
    this.forwarder = forwarder;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        read("/images/json", IMAGE_READ, "image.list", Shape.IMAGE_LIST, this::list),
        read("/images/get", IMAGE_READ, "image.save", this::forward),
        read("/images/search", IMAGE_READ, "image.search", this::forward),
        change("POST", "/auth", IMAGE_READ, "system.auth", this::forward),
        read(
            "/images/{name...}/json",
            IMAGE_READ,
            "image.inspect",
            Shape.IMAGE_INSPECT,
            this::inspect),
        read("/images/{name...}/history", IMAGE_READ, "image.history", this::forward),
        read("/images/{name...}/get", IMAGE_READ, "image.save", this::forward),
        change("POST", "/images/load", IMAGE_WRITE, "image.load", this::forward).streamed(),
        change("POST", "/images/create", IMAGE_WRITE, "image.create", this::create).streamed(),
        change("POST", "/images/prune", IMAGE_WRITE, "image.prune", this::remove),
        change("POST", "/images/{name...}/tag", IMAGE_WRITE, "image.tag", this::forward),
        change("POST", "/images/{name...}/push", IMAGE_WRITE, "image.push", this::forward),
        change("DELETE", "/images/{name...}", IMAGE_WRITE, "image.remove", this::remove),
        read("/distribution/{name...}/json", IMAGE_READ, "image.distribution", this::forward));
  }

  private Peer peer() {
    return services.peer(ImageClient.SERVICE);
  }

  /** The path at image-service: the pattern with the name in it. */
  private static String path(Call call) {
    String pattern = call.route().pattern();
    if (!pattern.contains("{name...}")) {
      return ENGINE + pattern;
    }
    String name = call.path("name");
    if (!NAME.matcher(name).matches()) {
      throw notFound("No such image: " + name);
    }
    return ENGINE + pattern.replace("{name...}", name);
  }

  private Answer forward(Call call) {
    return forwarder.forward(call, peer(), path(call));
  }

  /** Removes or prunes; image-service is told what containers use. */
  private Answer remove(Call call) {
    Ask ask =
        ask(call, call.http().getMethod())
            .body("application/json", EngineJson.MAPPER.writeValueAsBytes(inUse(call)));
    return Answer.json(json(call, ask));
  }

  private Map<String, ImageUse> inUse(Call call) {
    Map<String, ImageUse> uses = new HashMap<>();
    for (ContainerView container : fleet.containers().of(call.caller().team())) {
      ImageUse use = new ImageUse(container.id().value(), container.running());
      container
          .usedImages()
          .forEach(image -> uses.merge(image, use, (one, other) -> one.running() ? one : other));
    }
    return uses;
  }

  private Answer create(Call call) {
    call.query().text("fromImage").ifPresent(name -> call.about(name, null));
    if (call.query().text("fromImage").isEmpty() && call.query().text("fromSrc").isEmpty()) {
      throw invalid("one of fromImage and fromSrc is required");
    }
    return forward(call);
  }

  private JsonNode json(Call call) {
    return json(call, ask(call, "GET"));
  }

  private JsonNode json(Call call, Ask ask) {
    return exchanges.json(peer(), Exchanges.forCaller(ask, call.caller()), JsonNode.class);
  }

  private static Ask ask(Call call, String method) {
    return Ask.of(
        call.route().verb().replace('.', ' '), method, path(call) + call.query().passedOn());
  }

  private Answer inspect(Call call) {
    JsonNode image = json(call);
    call.resolved(image.path("Id").asString(""));
    return Answer.json(image);
  }

  /** The list, with how many containers use each image. */
  private Answer list(Call call) {
    JsonNode images = json(call);
    Map<String, Long> users = new HashMap<>();
    for (ContainerView container : fleet.containers().of(call.caller().team())) {
      users.merge(container.imageId(), 1L, Long::sum);
    }
    for (JsonNode image : images) {
      if (image instanceof ObjectNode object) {
        object.put("Containers", users.getOrDefault(image.path("Id").asString(""), 0L));
      }
    }
    return Answer.json(images);
  }
}
