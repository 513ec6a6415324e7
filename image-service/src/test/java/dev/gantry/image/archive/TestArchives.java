package dev.gantry.image.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Archives of images, as {@code docker save} makes them or nearly so. */
final class TestArchives {
  private TestArchives() {}

  static byte[] archive(String tag, byte[]... layers) throws Exception {
    return outer(files(tag, layers));
  }

  /** As {@code docker save} names them. */
  static Map<String, byte[]> files(String tag, byte[]... layers) throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      names.add("\"layer%d.tar\"".formatted(i));
      diffIds.add("\"" + Digest.sha256(sha256(layers[i])) + "\"");
      files.put("layer%d.tar".formatted(i), layers[i]);
    }
    files.put(
        "config.json",
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":%s}}"
            .formatted(diffIds)
            .getBytes(UTF_8));
    files.put(
        "manifest.json",
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"%s\"],\"Layers\":%s}]"
            .formatted(tag, names)
            .getBytes(UTF_8));
    return files;
  }

  static byte[] outer(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        put(tar, file.getKey(), file.getValue());
      }
    }
    return bytes.toByteArray();
  }

  static byte[] tar(String name, String content) throws IOException {
    return outer(Map.of(name, content.getBytes(UTF_8)));
  }

  static byte[] manyEntries(int count) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      files.put("f" + i, new byte[0]);
    }
    return outer(files);
  }

  static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  static byte[] sha256(byte[] bytes) {
    return Digest.newSha256().digest(bytes);
  }
}
