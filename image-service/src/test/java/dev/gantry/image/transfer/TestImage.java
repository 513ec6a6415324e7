package dev.gantry.image.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image as a registry has it.
 *
 * @param blobs config and layers by digest
 */
public record TestImage(
    byte[] manifest, Digest config, List<Digest> layers, Map<Digest, byte[]> blobs) {
  public static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /** One whose layers have so many bytes that nothing makes fewer. */
  static TestImage of(String architecture, int seed, int... sizes) {
    List<byte[]> tars = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      tars.add(tar("file" + i, seed * 100L + i, sizes[i]));
    }
    return of(architecture, Integer.toString(seed), tars);
  }

  /**
   * One of these layers; two with a layer in common share its blob.
   *
   * @param label by which its config differs from others of the same layers
   */
  public static TestImage of(String architecture, String label, List<byte[]> tars) {
    Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    List<Digest> layers = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    List<String> descriptors = new ArrayList<>();
    for (byte[] tar : tars) {
      byte[] layer = gzip(tar);
      layers.add(Digest.ofBytes(layer));
      blobs.put(Digest.ofBytes(layer), layer);
      diffIds.add("\"" + Digest.ofBytes(tar) + "\"");
      descriptors.add(descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", layer, ""));
    }
    byte[] config =
        "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{\"Labels\":{\"seed\":\"%s\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
            .formatted(architecture, label, String.join(",", diffIds))
            .getBytes(UTF_8);
    blobs.put(Digest.ofBytes(config), config);
    byte[] manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                MANIFEST,
                descriptor("application/vnd.docker.container.image.v1+json", config, ""),
                String.join(",", descriptors))
            .getBytes(UTF_8);
    return new TestImage(manifest, Digest.ofBytes(config), layers, blobs);
  }

  public Digest digest() {
    return Digest.ofBytes(manifest);
  }

  /** The entry of an index. */
  public String entry(String architecture) {
    return descriptor(
        MANIFEST,
        manifest,
        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}");
  }

  public static byte[] index(String... entries) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(INDEX, String.join(",", entries))
        .getBytes(UTF_8);
  }

  private static String descriptor(String type, byte[] content, String more) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(type, Digest.ofBytes(content), content.length, more);
  }

  /** A layer of one file, of so many bytes that nothing makes fewer. */
  public static byte[] tar(String name, long seed, int size) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      entry.setModTime(0);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
