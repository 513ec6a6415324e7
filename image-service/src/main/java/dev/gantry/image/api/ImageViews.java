package dev.gantry.image.api;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.GraphDriver;
import dev.gantry.engine.ImageHistoryItem;
import dev.gantry.engine.ImageInspect;
import dev.gantry.engine.ImageMetadata;
import dev.gantry.engine.ImageSummary;
import dev.gantry.engine.Reference;
import dev.gantry.engine.RootFs;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Images in the shapes of the Engine API, and as nodes need them. */
@Component
final class ImageViews {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private final DSLContext database;
  private final BlobStore blobs;

  ImageViews(DSLContext database, BlobStore blobs) {
    this.database = database;
    this.blobs = blobs;
  }

  ImageConfig config(TeamImage image) throws IOException {
    return ImageConfig.parse(blobs.readSmall(image.id(), ImageConfig.LIMIT));
  }

  /**
   * @param tags those of its tags that are shown
   */
  ImageSummary summary(TeamImage image, List<String> tags) {
    return new ImageSummary(
        image.id().value(),
        image.parent().map(Digest::value).orElse(""),
        tags,
        image.repoDigests(),
        image.created().map(Instant::getEpochSecond).orElse(0L),
        image.size(),
        -1L,
        image.labels().isEmpty() ? null : image.labels(),
        -1L,
        null,
        null,
        null);
  }

  ImageInspect inspect(TeamImage image) throws IOException {
    ImageConfig config = config(image);
    return new ImageInspect(
        image.id().value(),
        null,
        null,
        image.repoTags(),
        image.repoDigests(),
        image.parent().map(Digest::value).orElse(""),
        comment(config),
        config.text("created").isEmpty() ? NEVER : config.text("created"),
        config.text("docker_version"),
        config.text("author"),
        containerConfig(config),
        config.platform().architecture(),
        config.platform().variant().isEmpty() ? null : config.platform().variant(),
        config.platform().os(),
        null,
        image.size(),
        new GraphDriver("overlay2", Map.of()),
        new RootFs("layers", config.diffIds().stream().map(Digest::value).toList()),
        new ImageMetadata(image.lastTaggedAt().map(Instant::toString).orElse(NEVER)));
  }

  private static String comment(ImageConfig config) {
    return config.history().isEmpty() ? "" : config.history().getLast().comment();
  }

  private static ContainerConfig containerConfig(ImageConfig config) {
    JsonNode node = config.containerConfig();
    return EngineJson.MAPPER.treeToValue(
        node == null ? EngineJson.MAPPER.createObjectNode() : node, ContainerConfig.class);
  }

  List<ImageHistoryItem> history(TeamImage image) throws IOException {
    ImageConfig config = config(image);
    Iterator<LayerFacts> layers = Images.layers(database, image.manifest()).iterator();
    List<ImageHistoryItem> items = new ArrayList<>();
    for (ImageConfig.HistoryStep step : config.history()) {
      long size = step.emptyLayer() || !layers.hasNext() ? 0 : layers.next().unpackedSize();
      items.addFirst(
          new ImageHistoryItem(
              "<missing>",
              step.created().map(Instant::getEpochSecond).orElse(0L),
              step.createdBy(),
              null,
              size,
              step.comment()));
    }
    if (!items.isEmpty()) {
      items.set(0, named(items.getFirst(), image));
    }
    return items;
  }

  /** The newest step is known as the image itself. */
  private static ImageHistoryItem named(ImageHistoryItem top, TeamImage image) {
    return new ImageHistoryItem(
        image.id().value(),
        top.created(),
        top.createdBy(),
        image.tags().stream().map(Reference::familiar).toList(),
        top.size(),
        top.comment());
  }

  ResolvedImage resolved(TeamImage image, String name) throws IOException {
    ImageConfig config = config(image);
    List<ResolvedImage.Layer> layers =
        Images.layers(database, image.manifest()).stream()
            .map(
                layer ->
                    new ResolvedImage.Layer(
                        layer.digest(), layer.diffId(), layer.mediaType(), layer.size()))
            .toList();
    return new ResolvedImage(
        image.id(),
        name,
        config.platform().os(),
        config.platform().architecture(),
        containerConfig(config),
        layers);
  }
}
