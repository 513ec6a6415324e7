package dev.gantry.image.manifest;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@code manifest.json} of a docker archive: where in the archive each image's parts are. */
public record DockerArchiveManifest(List<Item> items) {
  private static final int MAX_IMAGES = 1_000;

  /** One image: path of its config, its tags, paths of its layers from the lowest. */
  public record Item(String config, List<String> repoTags, List<String> layers) {}

  public static DockerArchiveManifest parse(byte[] bytes) {
    JsonNode root = Json.read("manifest.json", bytes, ImageManifest.LIMIT);
    if (!root.isArray() || root.size() > MAX_IMAGES) {
      throw new RefusedImageException(
          "invalid manifest.json: not a list of at most " + MAX_IMAGES + " images");
    }
    List<Item> items = new ArrayList<>();
    for (JsonNode item : root) {
      String config = Json.text(item, "Config");
      if (config.isEmpty()) {
        throw new RefusedImageException("invalid manifest.json: an image without a config");
      }
      items.add(
          new Item(
              config,
              texts(item, "RepoTags", MAX_IMAGES),
              texts(item, "Layers", ImageManifest.MAX_LAYERS)));
    }
    return new DockerArchiveManifest(List.copyOf(items));
  }

  private static List<String> texts(JsonNode item, String name, int limit) {
    List<String> out = new ArrayList<>();
    for (JsonNode text : Json.items("manifest.json", item, name, limit)) {
      if (!text.isString()) {
        throw new RefusedImageException("invalid manifest.json: " + name + " holds no text");
      }
      out.add(text.stringValue());
    }
    return out;
  }

  public byte[] toBytes() {
    ArrayNode root = Json.MAPPER.createArrayNode();
    for (Item item : items) {
      ObjectNode node = root.addObject();
      node.put("Config", item.config);
      if (item.repoTags.isEmpty()) {
        node.putNull("RepoTags");
      } else {
        item.repoTags.forEach(node.putArray("RepoTags")::add);
      }
      item.layers.forEach(node.putArray("Layers")::add);
    }
    return Json.MAPPER.writeValueAsBytes(root);
  }
}
