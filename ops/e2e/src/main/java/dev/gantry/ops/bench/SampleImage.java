package dev.gantry.ops.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** An image of copies of layers; the files of the copies are its own. */
record SampleImage(List<SampleLayer.Copy> layers) implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
  private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

  private byte[] config() {
    return """
    {"architecture":"amd64","os":"linux","created":"2024-01-01T00:00:00Z",\
    "config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":[%s]}}\
    """
        .formatted(listed("\"%s\"", SampleLayer.Copy::diffId))
        .getBytes(StandardCharsets.UTF_8);
  }

  private String listed(String format, java.util.function.Function<SampleLayer.Copy, ?> what) {
    return layers.stream()
        .map(layer -> format.formatted(what.apply(layer)))
        .collect(Collectors.joining(","));
  }

  /** Writes what {@code docker load} takes. */
  void archive(Path file, String name) throws IOException {
    try (var tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (SampleLayer.Copy layer : layers) {
        TarArchiveEntry entry = new TarArchiveEntry(inArchive(layer));
        entry.setSize(layer.size());
        tar.putArchiveEntry(entry);
        long _ = Files.copy(layer.file(), tar);
        tar.closeArchiveEntry();
      }
      document(tar, "config.json", config());
      String manifest =
          "[{\"Config\":\"config.json\",\"RepoTags\":[\"%s\"],\"Layers\":[%s]}]"
              .formatted(name, listed("\"%s\"", SampleImage::inArchive));
      document(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String inArchive(SampleLayer.Copy layer) {
    return layer.digest().substring("sha256:".length()) + "/layer.tar";
  }

  private static void document(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /** Puts it into the folder of a registry that does not run, as {@code sample:latest}. */
  void store(Path root) throws IOException {
    byte[] config = config();
    String configDigest = SampleLayer.digestOf(new ByteArrayInputStream(config));
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",\
        "config":{"mediaType":"%s","size":%d,"digest":"%s"},"layers":[%s]}\
        """
            .formatted(
                MANIFEST,
                CONFIG,
                config.length,
                configDigest,
                layers.stream()
                    .map(
                        layer ->
                            "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}"
                                .formatted(LAYER, layer.size(), layer.digest()))
                    .collect(Collectors.joining(",")))
            .getBytes(StandardCharsets.UTF_8);
    String digest = SampleLayer.digestOf(new ByteArrayInputStream(manifest));
    StoredRepository stored = StoredRepository.in(root, "sample");
    for (SampleLayer.Copy layer : layers) {
      Files.createLink(stored.blob(layer.digest()), layer.file());
      stored.link("_layers", layer.digest());
    }
    Files.write(stored.blob(configDigest), config);
    stored.link("_layers", configDigest);
    Files.write(stored.blob(digest), manifest);
    stored.link("_manifests/revisions", digest);
    stored.tag("latest", digest);
  }

  @Override
  public void close() throws IOException {
    for (SampleLayer.Copy layer : layers) {
      Files.delete(layer.file());
    }
  }
}
