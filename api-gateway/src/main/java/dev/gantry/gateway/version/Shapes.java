package dev.gantry.gateway.version;

import static dev.gantry.gateway.version.Change.before;
import static dev.gantry.gateway.version.Change.since;

import dev.gantry.engine.ApiVersion;
import dev.gantry.engine.EngineJson;
import dev.gantry.gateway.call.Shape;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one place that knows how an answer differs between versions of the API. Inside, everything
 * has the newest shape; the table says what an older client sees instead. The numbers are those of
 * the Engine API's version history.
 */
public final class Shapes {
  private static final List<String> CONFIG_OF_OLD_IMAGES =
      List.of("Hostname", "Domainname", "Image");
  private static final List<String> FLAGS_OF_OLD_IMAGES =
      List.of("AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce");

  private static final List<Change> CHANGES =
      List.of(
          // Containers.
          before(44, Shape.CONTAINER_INSPECT, endpoints(remove("DNSNames"))),
          before(45, Shape.CONTAINER_INSPECT, Shapes::addShortIdToAliases),
          before(43, Shape.CONTAINER_INSPECT, in("HostConfig", remove("Annotations"))),
          before(48, Shape.CONTAINER_INSPECT, remove("ImageManifestDescriptor")),
          before(48, Shape.CONTAINER_INSPECT, endpoints(remove("GwPriority"))),
          before(41, Shape.CONTAINER_INSPECT, in("HostConfig", remove("CgroupnsMode"))),
          before(40, Shape.CONTAINER_INSPECT, in("HostConfig", remove("DeviceRequests"))),
          before(42, Shape.CONTAINER_INSPECT, in("HostConfig", setAbsent("KernelMemory", 0))),
          before(44, Shape.CONTAINER_LIST, endpoints(remove("DNSNames"))),
          before(46, Shape.CONTAINER_LIST, in("HostConfig", remove("Annotations"))),
          before(48, Shape.CONTAINER_LIST, remove("ImageManifestDescriptor")),
          before(48, Shape.CONTAINER_LIST, endpoints(remove("GwPriority"))),
          // Images.
          before(51, Shape.IMAGE_LIST, item -> item.put("Containers", -1)),
          before(48, Shape.IMAGE_LIST, remove("Descriptor")),
          before(47, Shape.IMAGE_LIST, remove("Manifests")),
          before(44, Shape.IMAGE_LIST, Shapes::virtualSize),
          since(44, Shape.IMAGE_LIST, remove("VirtualSize")),
          before(48, Shape.IMAGE_INSPECT, remove("Descriptor", "Manifests")),
          since(0, Shape.IMAGE_INSPECT, in("Config", Shapes::textsOfImages)),
          before(50, Shape.IMAGE_INSPECT, Shapes::fullImageConfig),
          since(50, Shape.IMAGE_INSPECT, in("Config", Shapes::onlyOfImages)),
          before(45, Shape.IMAGE_INSPECT, Shapes::buildContainer),
          before(44, Shape.IMAGE_INSPECT, Shapes::virtualSize),
          since(44, Shape.IMAGE_INSPECT, remove("VirtualSize")),
          before(48, Shape.DISK_USE, each("Images", remove("Descriptor"))),
          before(47, Shape.DISK_USE, each("Images", remove("Manifests"))),
          before(44, Shape.DISK_USE, each("Images", Shapes::virtualSize)),
          since(44, Shape.DISK_USE, each("Images", remove("VirtualSize"))),
          // Networks.
          before(47, Shape.NETWORK, remove("EnableIPv4")),
          // The engine.
          before(50, Shape.INFO, Shapes::bridgeNetfilter),
          before(49, Shape.INFO, remove("FirewallBackend")),
          before(46, Shape.INFO, remove("Containerd")),
          before(44, Shape.INFO, remove("CDISpecDirs")),
          before(42, Shape.INFO, info -> info.put("KernelMemory", false)),
          before(41, Shape.INFO, remove("CgroupVersion")),
          before(39, Shape.INFO, remove("Warnings")),
          before(25, Shape.INFO, Shapes::plainSecurityOptions),
          before(25, Shape.INFO, info -> info.put("ExecutionDriver", "<not supported>")),
          before(35, Shape.VERSION, remove("Platform", "Components")),
          before(25, Shape.VERSION, remove("MinAPIVersion")));

  private Shapes() {}

  /** The answer as a client of {@code version} expects it. */
  public static Object of(Shape shape, ApiVersion version, Object newest) {
    if (shape == Shape.PLAIN) {
      return newest;
    }
    List<Change> changes =
        CHANGES.stream().filter(change -> change.appliesTo(shape, version)).toList();
    if (changes.isEmpty()) {
      return newest;
    }
    JsonNode tree = newest instanceof JsonNode node ? node : EngineJson.MAPPER.valueToTree(newest);
    for (JsonNode object : tree instanceof ArrayNode list ? list : List.of(tree)) {
      if (object instanceof ObjectNode node) {
        changes.forEach(change -> change.what().accept(node));
      }
    }
    return tree;
  }

  private static Consumer<ObjectNode> remove(String... names) {
    return object -> object.remove(List.of(names));
  }

  private static Consumer<ObjectNode> setAbsent(String name, int value) {
    return object -> {
      if (!object.hasNonNull(name)) {
        object.put(name, value);
      }
    };
  }

  private static Consumer<ObjectNode> in(String field, Consumer<ObjectNode> what) {
    return object -> {
      if (object.get(field) instanceof ObjectNode inner) {
        what.accept(inner);
      }
    };
  }

  private static Consumer<ObjectNode> each(String field, Consumer<ObjectNode> what) {
    return object -> {
      for (JsonNode item : object.path(field)) {
        if (item instanceof ObjectNode node) {
          what.accept(node);
        }
      }
    };
  }

  private static Consumer<ObjectNode> endpoints(Consumer<ObjectNode> what) {
    return in(
        "NetworkSettings",
        in(
            "Networks",
            networks -> {
              for (JsonNode endpoint : networks) {
                if (endpoint instanceof ObjectNode node) {
                  what.accept(node);
                }
              }
            }));
  }

  private static void addShortIdToAliases(ObjectNode container) {
    String id = text(container.get("Id"));
    if (id == null || id.length() < 12) {
      return;
    }
    String shortId = id.substring(0, 12);
    in(
            "NetworkSettings",
            in(
                "Networks",
                networks -> {
                  for (var entry : networks.properties()) {
                    if (!List.of("bridge", "host", "none").contains(entry.getKey())
                        && entry.getValue() instanceof ObjectNode endpoint) {
                      aliases(endpoint).add(shortId);
                    }
                  }
                }))
        .accept(container);
  }

  private static ArrayNode aliases(ObjectNode endpoint) {
    return endpoint.get("Aliases") instanceof ArrayNode aliases
        ? aliases
        : endpoint.putArray("Aliases");
  }

  private static void virtualSize(ObjectNode image) {
    if (image.hasNonNull("Size")) {
      image.put("VirtualSize", image.get("Size").asLong());
    }
  }

  private static void fullImageConfig(ObjectNode image) {
    for (String name : List.of("Parent", "Comment", "DockerVersion", "Author")) {
      if (!image.hasNonNull(name)) {
        image.put(name, "");
      }
    }
    if (image.get("Config") instanceof ObjectNode config) {
      fillConfig(config);
    }
  }

  private static void textsOfImages(ObjectNode config) {
    emptyTexts(config, List.of("User", "WorkingDir"));
  }

  private static void emptyTexts(ObjectNode config, List<String> names) {
    names.stream().filter(name -> !config.hasNonNull(name)).forEach(name -> config.put(name, ""));
  }

  /** What an image can say of a container; what it can't was there, empty, until 1.50. */
  private static void onlyOfImages(ObjectNode config) {
    config.remove(CONFIG_OF_OLD_IMAGES);
    config.remove(FLAGS_OF_OLD_IMAGES);
  }

  private static void fillConfig(ObjectNode config) {
    emptyTexts(config, CONFIG_OF_OLD_IMAGES);
    FLAGS_OF_OLD_IMAGES.stream()
        .filter(name -> !config.hasNonNull(name))
        .forEach(name -> config.put(name, false));
    for (String name : List.of("Volumes", "OnBuild", "Labels")) {
      if (!config.has(name)) {
        config.putNull(name);
      }
    }
  }

  private static void buildContainer(ObjectNode image) {
    image.put("Container", "");
    if (!image.hasNonNull("ContainerConfig")) {
      ObjectNode config = image.putObject("ContainerConfig");
      fillConfig(config);
      config.put("User", "").putNull("Env").putNull("Cmd").put("WorkingDir", "");
      config.putNull("Entrypoint");
    }
  }

  private static void bridgeNetfilter(ObjectNode info) {
    info.put("BridgeNfIptables", true);
    info.put("BridgeNfIp6tables", true);
  }

  private static void plainSecurityOptions(ObjectNode info) {
    if (info.get("SecurityOptions") instanceof ArrayNode options) {
      List<String> plain =
          options
              .valueStream()
              .map(JsonNode::asString)
              .map(option -> option.replaceFirst("^name=", "").replaceFirst(",.*$", ""))
              .toList();
      options.removeAll();
      plain.forEach(options::add);
    }
  }

  private static @Nullable String text(@Nullable JsonNode node) {
    return node != null && node.isString() ? node.asString() : null;
  }
}
