package dev.gantry.image.archive;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.NewImage;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.change.CommittedConfig;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.ImageConfig;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.MediaTypes;
import dev.gantry.services.CommitImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code docker commit}: what a container changed becomes one layer more above those of its image.
 * An empty change makes no layer.
 */
public final class ContainerCommit {
  /** Of the archive without entries: two blocks of zeros. */
  private static final Digest NOTHING =
      new Digest("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

  private final DSLContext database;
  private final ImageStore store;
  private final BlobStore blobs;
  private final LayerIntake intake;
  private final InstantSource clock;

  public ContainerCommit(
      DSLContext database,
      ImageStore store,
      BlobStore blobs,
      LayerIntake intake,
      InstantSource clock) {
    this.database = database;
    this.store = store;
    this.blobs = blobs;
    this.intake = intake;
    this.clock = clock;
  }

  /**
   * Makes the image, and answers its id.
   *
   * @param changes the layer's tar
   */
  public Digest commit(Actor actor, CommitImage commit, InputStream changes)
      throws IOException, InterruptedException {
    List<Reference> names = names(commit);
    ObjectNode config = CommittedConfig.of(commit);
    TeamImage parent =
        Catalog.find(database, actor.team(), commit.parent().value()).require().image();
    List<LayerFacts> layers = new ArrayList<>(Images.layers(database, parent.manifest()));
    ImageConfig above = ImageConfig.parse(blobs.readSmall(parent.id(), ImageConfig.LIMIT));
    try (Staging staging = blobs.stage()) {
      List<StagedBlob> parts = new ArrayList<>();
      LayerFacts layer = take(store.room(actor).bounded(changes), staging, parts);
      boolean empty = layer.diffId().equals(NOTHING);
      if (empty) {
        parts.clear();
      } else {
        layers.add(layer);
      }
      ImageConfig made = config(above, commit, config, empty ? null : layer.diffId());
      ImageManifest manifest =
          ImageManifest.describing(
              ContentDescriptor.of(MediaTypes.OCI_CONFIG, made.id(), made.bytes().length),
              layers.stream()
                  .map(one -> ContentDescriptor.of(one.mediaType(), one.digest(), one.size()))
                  .toList());
      parts.add(staging.stage(made.bytes()));
      parts.add(staging.stage(manifest.bytes()));
      store.add(
          actor,
          new ImageStore.Arrival(
              new NewImage(manifest, made, layers),
              parts,
              names,
              "create",
              Optional.of(parent.id())),
          staging);
      return made.id();
    }
  }

  private static List<Reference> names(CommitImage commit) {
    String repository = commit.wanted().repository();
    return repository.isEmpty()
        ? List.of()
        : List.of(ImageNames.tagged(repository, commit.wanted().tag()));
  }

  private LayerFacts take(InputStream changes, Staging staging, List<StagedBlob> parts)
      throws IOException {
    Path file = staging.newFile();
    LayerIntake.Taken taken;
    try (OutputStream out = staging.write(file)) {
      taken = intake.take(changes, out);
    }
    staging.sync(file);
    parts.add(new StagedBlob(taken.digest(), taken.size(), file));
    return taken.requireLayer("of the container");
  }

  private ImageConfig config(
      ImageConfig parent, CommitImage commit, ObjectNode config, @Nullable Digest diffId) {
    Instant now = clock.instant();
    ObjectNode root = EngineJson.MAPPER.createObjectNode();
    for (String field : List.of("architecture", "variant", "os", "os.version", "os.features")) {
      JsonNode value = parent.document().get(field);
      if (value != null) {
        root.set(field, value);
      }
    }
    String author = commit.wanted().author();
    root.put("created", now.toString());
    if (!author.isEmpty()) {
      root.put("author", author);
    }
    root.set("config", config);
    ArrayNode diffIds = root.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    parent.diffIds().forEach(id -> diffIds.add(id.value()));
    ArrayNode history = root.putArray("history");
    parent.document().path("history").forEach(history::add);
    ObjectNode step = history.addObject().put("created", now.toString());
    if (!author.isEmpty()) {
      step.put("author", author);
    }
    List<String> command = commit.container().cmd();
    step.put("created_by", command == null ? "" : String.join(" ", command));
    step.put("comment", commit.wanted().comment());
    if (diffId == null) {
      step.put("empty_layer", true);
    } else {
      diffIds.add(diffId.value());
    }
    return ImageConfig.parse(EngineJson.MAPPER.writeValueAsBytes(root));
  }
}
