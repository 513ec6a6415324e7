package dev.gantry.image.transfer;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.manifest.PushedManifest;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.remote.Credentials;
import dev.gantry.image.remote.RemoteBlob;
import dev.gantry.image.remote.RemoteException;
import dev.gantry.image.remote.RemoteManifest;
import dev.gantry.image.remote.RemoteRegistries;
import dev.gantry.image.remote.RemoteRepository;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a registry has under a name, without pulling it ({@code GET /distribution/NAME/json}). */
public final class Inspection {
  private Inspection() {}

  private record Found(RemoteRepository repository, RemoteManifest manifest) {}

  public static JsonNode of(RemoteRegistries registries, Credentials credentials, String text)
      throws IOException {
    Reference name = ImageNames.parse(text);
    Digest digest = name.digest();
    String reference = digest == null ? String.valueOf(name.tag()) : digest.value();
    Found found =
        registries.pullFrom(
            credentials,
            name,
            repository -> new Found(repository, repository.manifest(reference, digest)));
    PushedManifest manifest = found.manifest().parse();
    ObjectNode answer = EngineJson.MAPPER.createObjectNode();
    answer
        .putObject("Descriptor")
        .put("mediaType", manifest.mediaType())
        .put("digest", found.manifest().digest().value())
        .put("size", manifest.bytes().length);
    ArrayNode platforms = answer.putArray("Platforms");
    for (ImagePlatform platform : platforms(found.repository(), manifest)) {
      ObjectNode one = platforms.addObject();
      one.put("architecture", platform.architecture()).put("os", platform.os());
      if (!platform.variant().isEmpty()) {
        one.put("variant", platform.variant());
      }
    }
    return answer;
  }

  private static List<ImagePlatform> platforms(RemoteRepository repository, PushedManifest manifest)
      throws IOException {
    if (manifest.isIndex()) {
      return manifest.manifests().stream().map(ContentDescriptor::platform).toList();
    }
    ImageManifest image = ImageManifest.parse(manifest.bytes());
    if (!image.isImage()) {
      return List.of();
    }
    ContentDescriptor config = image.config();
    if (config.size() > ImageConfig.LIMIT) {
      throw new RefusedImageException("invalid image config: too large");
    }
    try (RemoteBlob blob = repository.blob(config.digest(), config.size())) {
      byte[] bytes = blob.readAllBytes();
      if (!Digest.ofBytes(bytes).equals(config.digest())) {
        throw new RemoteException(
            RemoteException.Kind.OTHER, "the registry gave another config than its manifest names");
      }
      return List.of(ImageConfig.parse(bytes).platform());
    }
  }
}
