package dev.gantry.image.manifest;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A list of manifests (OCI image-spec, image-index.md), also the entry to an OCI layout. */
public record ImageIndex(List<ContentDescriptor> manifests) {
  private static final int MAX_MANIFESTS = 2_000;

  public static ImageIndex parse(byte[] bytes) {
    JsonNode root = Json.readObject("index", bytes, ImageManifest.LIMIT);
    if (root.has("layers") || root.has("config")) {
      throw new RefusedImageException("invalid index: it is a manifest as well");
    }
    return new ImageIndex(
        Json.items("index", root, "manifests", MAX_MANIFESTS).stream()
            .map(manifest -> ContentDescriptor.parse("index", manifest))
            .toList());
  }

  public byte[] toBytes() {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
    ArrayNode list = root.putArray("manifests");
    manifests.forEach(manifest -> list.add(manifest.toJson()));
    return Json.MAPPER.writeValueAsBytes(root);
  }
}
