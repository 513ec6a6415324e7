package dev.gantry.image.manifest;

import dev.gantry.engine.Digest;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image manifest with the very bytes that it came in (OCI image-spec, manifest.md; Docker schema
 * 2). It is kept byte for byte: its digest is its name.
 */
public record ImageManifest(
    byte[] bytes, String mediaType, ContentDescriptor config, List<ContentDescriptor> layers) {
  public static final int LIMIT = 4 << 20;
  public static final int MAX_LAYERS = 500;

  public static ImageManifest parse(byte[] bytes) {
    JsonNode root = Json.readObject("manifest", bytes, LIMIT);
    JsonNode config = Json.field(root, "config");
    if (root.has("manifests") || config == null) {
      throw new RefusedImageException("invalid manifest: not one of an image");
    }
    String type = Json.text(root, "mediaType");
    if (!type.isEmpty() && !MediaTypes.isManifest(type)) {
      throw new RefusedImageException("invalid manifest: unknown media type " + type);
    }
    List<ContentDescriptor> layers =
        Json.items("manifest", root, "layers", MAX_LAYERS).stream()
            .map(layer -> ContentDescriptor.parse("manifest", layer))
            .toList();
    return new ImageManifest(
        bytes,
        type.isEmpty() ? MediaTypes.OCI_MANIFEST : type,
        ContentDescriptor.parse("manifest", config),
        layers);
  }

  /** The manifest for an image that came without one. */
  public static ImageManifest describing(ContentDescriptor config, List<ContentDescriptor> layers) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_MANIFEST);
    root.set("config", config.toJson());
    ArrayNode list = root.putArray("layers");
    layers.forEach(layer -> list.add(layer.toJson()));
    byte[] bytes = Json.MAPPER.writeValueAsBytes(root);
    return new ImageManifest(bytes, MediaTypes.OCI_MANIFEST, config, layers);
  }

  /** False for what uses a manifest for something else: attestations, artifacts. */
  public boolean isImage() {
    return MediaTypes.isImageConfig(config.mediaType());
  }

  public Digest digest() {
    return Digest.ofBytes(bytes);
  }

  public ContentDescriptor descriptor() {
    return ContentDescriptor.of(mediaType, digest(), bytes.length);
  }

  /** Everything that has to be in the store for this image to be whole. */
  public Stream<ContentDescriptor> references() {
    return Stream.concat(Stream.of(config), layers.stream());
  }
}
