package dev.gantry.image.manifest;

import dev.gantry.engine.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A manifest or an index of whatever kind, with the very bytes in which it came, and what a
 * registry has to know of it.
 *
 * @param artifactType as the list of referrers shows it; empty where there is none
 * @param subject the manifest that this one is about
 * @param blobs what has to be in the repository as blobs
 * @param manifests what has to be in the repository as manifests
 */
public record PushedManifest(
    byte[] bytes,
    String mediaType,
    String artifactType,
    Optional<Digest> subject,
    Map<String, String> annotations,
    List<ContentDescriptor> blobs,
    List<ContentDescriptor> manifests) {

  /**
   * Reads what was pushed.
   *
   * @param declared the media type that came with it, without parameters; empty where none did
   */
  public static PushedManifest parse(byte[] bytes, String declared) {
    JsonNode root = Json.readObject("manifest", bytes, ImageManifest.LIMIT);
    String own = Json.text(root, "mediaType");
    String type = declared.isEmpty() ? own : declared;
    if (!own.isEmpty() && !own.equals(type)) {
      throw new RefusedImageException(
          "invalid manifest: it says that it is " + own + ", and its sender that it is " + type);
    }
    JsonNode version = Json.field(root, "schemaVersion");
    if (version == null || !version.isIntegralNumber() || version.longValue() != 2) {
      throw new RefusedImageException("invalid manifest: its schemaVersion is not 2");
    }
    if (MediaTypes.isIndex(type)) {
      return index(root, bytes, type);
    }
    if (MediaTypes.isManifest(type)) {
      return manifest(root, bytes, type);
    }
    throw new RefusedImageException("invalid manifest: unknown media type \"" + type + "\"");
  }

  private static PushedManifest index(JsonNode root, byte[] bytes, String type) {
    return new PushedManifest(
        bytes,
        type,
        Json.text(root, "artifactType"),
        subject(root),
        Json.texts(root, "annotations"),
        List.of(),
        ImageIndex.parse(bytes).manifests());
  }

  private static PushedManifest manifest(JsonNode root, byte[] bytes, String type) {
    ImageManifest manifest = ImageManifest.parse(bytes);
    String artifactType = Json.text(root, "artifactType");
    return new PushedManifest(
        bytes,
        type,
        artifactType.isEmpty() ? manifest.config().mediaType() : artifactType,
        subject(root),
        Json.texts(root, "annotations"),
        manifest.references().filter(part -> !MediaTypes.isElsewhere(part.mediaType())).toList(),
        List.of());
  }

  private static Optional<Digest> subject(JsonNode root) {
    return Optional.ofNullable(Json.field(root, "subject"))
        .map(subject -> ContentDescriptor.parse("manifest", subject).digest());
  }

  public boolean isIndex() {
    return MediaTypes.isIndex(mediaType);
  }

  /** Everything that has to be in the repository. */
  public Stream<ContentDescriptor> parts() {
    return Stream.concat(blobs.stream(), manifests.stream());
  }
}
