package dev.gantry.image.manifest;

import dev.gantry.engine.Digest;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pointer to content (OCI image-spec, descriptor.md), as far as this service reads it.
 *
 * @param platform empty where none is named
 */
public record ContentDescriptor(
    String mediaType,
    Digest digest,
    long size,
    ImagePlatform platform,
    Map<String, String> annotations) {

  public static ContentDescriptor of(String mediaType, Digest digest, long size) {
    return new ContentDescriptor(mediaType, digest, size, ImagePlatform.NONE, Map.of());
  }

  public ContentDescriptor annotated(Map<String, String> notes) {
    return new ContentDescriptor(mediaType, digest, size, platform, notes);
  }

  static ContentDescriptor parse(String what, JsonNode node) {
    JsonNode size = node.get("size");
    if (!node.isObject() || size == null || !size.isIntegralNumber() || size.longValue() < 0) {
      throw new RefusedImageException("invalid " + what + ": a descriptor without a size");
    }
    JsonNode platform = Json.field(node, "platform");
    return new ContentDescriptor(
        Json.text(node, "mediaType"),
        Json.digest(what, Json.text(node, "digest")),
        size.longValue(),
        platform == null ? ImagePlatform.NONE : ImagePlatform.parse(platform),
        Json.texts(node, "annotations"));
  }

  ObjectNode toJson() {
    ObjectNode out = Json.MAPPER.createObjectNode();
    out.put("mediaType", mediaType).put("digest", digest.value()).put("size", size);
    if (!annotations.isEmpty()) {
      annotations.forEach(out.putObject("annotations")::put);
    }
    return out;
  }
}
