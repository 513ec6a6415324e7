package dev.gantry.image.archive;

import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.image.blob.Blob;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.Lookup;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerFacts;
import dev.gantry.image.manifest.ContentDescriptor;
import dev.gantry.image.manifest.DockerArchiveManifest;
import dev.gantry.image.manifest.ImageIndex;
import dev.gantry.image.manifest.ImageManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * {@code docker save}: an OCI layout that is a docker archive as well, so that every engine loads
 * it.
 */
public final class ImageSave {
  private final DSLContext database;
  private final BlobStore blobs;
  private final ImageEvents events;
  private final InstantSource clock;

  public ImageSave(DSLContext database, BlobStore blobs, ImageEvents events, InstantSource clock) {
    this.database = database;
    this.blobs = blobs;
    this.events = events;
    this.clock = clock;
  }

  private record Chosen(TeamImage image, Set<Reference> names) {}

  /** What will be saved; every name is looked up before the first byte is sent. */
  public final class Plan {
    private final Actor actor;
    private final List<Chosen> images;

    private Plan(Actor actor, List<Chosen> images) {
      this.actor = actor;
      this.images = images;
    }

    public void write(OutputStream out) throws IOException {
      try (Staging staging = blobs.stage();
          TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        writeAll(tar, staging);
        // Before the end, so that who has seen it finds it told.
        database.transaction(configuration -> tell(DSL.using(configuration)));
        tar.finish();
      }
    }

    private void tell(DSLContext transaction) {
      for (Chosen chosen : images) {
        TeamImage image = chosen.image();
        events.tell(
            transaction,
            actor.team(),
            "save",
            new ImageEvents.Of(image.id(), image.labels()),
            image.id().value(),
            clock.instant());
      }
    }

    private void writeAll(TarArchiveOutputStream tar, Staging staging) throws IOException {
      List<DockerArchiveManifest.Item> items = new ArrayList<>();
      List<ContentDescriptor> entries = new ArrayList<>();
      Set<Digest> written = new LinkedHashSet<>();
      for (Chosen chosen : images) {
        TeamImage image = chosen.image();
        List<LayerFacts> layers = Images.layers(database, image.manifest());
        for (LayerFacts layer : layers) {
          blob(tar, staging, layer.digest(), written);
        }
        blob(tar, staging, image.id(), written);
        blob(tar, staging, image.manifest(), written);
        List<String> tags = chosen.names().stream().map(Reference::familiar).toList();
        items.add(
            new DockerArchiveManifest.Item(
                path(image.id()),
                tags,
                layers.stream().map(layer -> path(layer.digest())).toList()));
        ImageManifest manifest =
            ImageManifest.parse(blobs.readSmall(image.manifest(), ImageManifest.LIMIT));
        for (Reference name : chosen.names()) {
          entries.add(
              manifest
                  .descriptor()
                  .annotated(
                      Map.of(
                          "io.containerd.image.name",
                          name.repository() + ":" + name.tag(),
                          "org.opencontainers.image.ref.name",
                          String.valueOf(name.tag()))));
        }
        if (chosen.names().isEmpty()) {
          entries.add(manifest.descriptor());
        }
      }
      text(
          tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
      text(tar, "index.json", new ImageIndex(entries).toBytes());
      text(tar, "manifest.json", new DockerArchiveManifest(items).toBytes());
    }
  }

  public Plan plan(Actor actor, List<String> names) {
    Map<Digest, Chosen> chosen = new LinkedHashMap<>();
    for (String name : names) {
      Lookup.Found found = Catalog.find(database, actor.team(), name).require();
      Chosen one =
          chosen.computeIfAbsent(
              found.image().id(), _ -> new Chosen(found.image(), new LinkedHashSet<>()));
      if (!found.byId()) {
        Reference reference = ImageNames.parse(name);
        if (reference.digest() == null) {
          one.names().add(reference);
        }
      }
    }
    return new Plan(actor, List.copyOf(chosen.values()));
  }

  private static String path(Digest digest) {
    return "blobs/" + digest.algorithm() + "/" + digest.hex();
  }

  private void blob(TarArchiveOutputStream tar, Staging staging, Digest digest, Set<Digest> written)
      throws IOException {
    if (!written.add(digest)) {
      return;
    }
    Blob held = blobs.hold(digest, staging);
    long size = held.size();
    TarArchiveEntry entry = new TarArchiveEntry(path(digest));
    entry.setSize(size);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    held.writeTo(tar, 0, size);
    tar.closeArchiveEntry();
  }

  private static void text(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
