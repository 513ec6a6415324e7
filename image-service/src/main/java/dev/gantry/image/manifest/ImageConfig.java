package dev.gantry.image.manifest;

import dev.gantry.engine.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The config of an image (OCI image-spec, config.md) with the bytes that it came in; their digest
 * is the image's id.
 *
 * @param document the whole config as read
 * @param diffIds the layers by the digest of their uncompressed tar, lowest first
 */
public record ImageConfig(
    byte[] bytes, JsonNode document, List<Digest> diffIds, List<HistoryStep> history) {
  public static final int LIMIT = 8 << 20;
  private static final int MAX_HISTORY = 5_000;

  /** One step that made the image; an empty one made no layer. */
  public record HistoryStep(
      Optional<Instant> created,
      String createdBy,
      String comment,
      String author,
      boolean emptyLayer) {}

  public static ImageConfig parse(byte[] bytes) {
    JsonNode root = Json.readObject("image config", bytes, LIMIT);
    JsonNode rootfs = Json.field(root, "rootfs");
    if (rootfs == null || !rootfs.isObject()) {
      throw new RefusedImageException("invalid image config: no rootfs key");
    }
    List<Digest> diffIds = new ArrayList<>();
    for (JsonNode id : Json.items("image config", rootfs, "diff_ids", ImageManifest.MAX_LAYERS)) {
      diffIds.add(Json.digest("image config", id.isString() ? id.stringValue() : ""));
    }
    List<HistoryStep> history =
        Json.items("image config", root, "history", MAX_HISTORY).stream()
            .map(ImageConfig::step)
            .toList();
    JsonNode config = Json.field(root, "config");
    if (config != null && !config.isObject()) {
      throw new RefusedImageException("invalid image config: config is not an object");
    }
    return new ImageConfig(bytes, root, List.copyOf(diffIds), history);
  }

  private static HistoryStep step(JsonNode node) {
    JsonNode empty = Json.field(node, "empty_layer");
    return new HistoryStep(
        instant(Json.text(node, "created")),
        Json.text(node, "created_by"),
        Json.text(node, "comment"),
        Json.text(node, "author"),
        empty != null && empty.isBoolean() && empty.booleanValue());
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  public Digest id() {
    return Digest.ofBytes(bytes);
  }

  public Optional<Instant> created() {
    return instant(Json.text(document, "created"));
  }

  /** A text field of the document, empty where it is absent. */
  public String text(String name) {
    return Json.text(document, name);
  }

  public ImagePlatform platform() {
    return ImagePlatform.parse(document);
  }

  /** What containers start with; null where the image says nothing. */
  public @Nullable JsonNode containerConfig() {
    return Json.field(document, "config");
  }

  public Map<String, String> labels() {
    JsonNode config = containerConfig();
    return config == null ? Map.of() : Json.texts(config, "Labels");
  }
}
