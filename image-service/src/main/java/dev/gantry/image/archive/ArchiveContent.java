package dev.gantry.image.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.image.blob.StagedBlob;
import dev.gantry.image.blob.Staging;
import dev.gantry.image.layer.Compression;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.quota.Room;
import dev.gantry.layer.HostileTar;
import dev.gantry.layer.MalformedArchiveException;
import dev.gantry.layer.ReadAhead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * What an archive of images holds, read once from its beginning to its end: every file is staged
 * beside the store, hashed and looked at on the way. Names and links lead only to other files of
 * the archive.
 */
final class ArchiveContent {
  private static final int MAX_FILES = 10_000;
  private static final int MAX_NAME = 4096;
  private static final int MAX_NAMES = 1 << 20;
  private static final int MAX_LINKS = 40;

  /** So many layers of the largest size, or more that are smaller, may be in one archive. */
  private static final int MAX_LAYERS = 4;

  private static final int MAX_DOCUMENT = 4 << 20;

  /** One file of the archive. */
  record Item(StagedBlob blob, LayerIntake.Taken taken) {}

  private final Map<String, Item> files = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private int namesLeft = MAX_NAMES;
  private long bytes;

  private ArchiveContent() {}

  /**
   * Reads it.
   *
   * @param room for the layers that whose archive it is does not have
   */
  static ArchiveContent read(InputStream in, Staging staging, LayerIntake intake, Room room)
      throws IOException {
    ArchiveContent content = new ArchiveContent();
    try (InputStream plain = Compression.unpacked(new ReadAhead(in))) {
      HostileTar tar = new HostileTar(plain);
      for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
        content.take(tar, entry, staging, intake, room);
      }
    } catch (MalformedArchiveException e) {
      throw new RefusedImageException(String.valueOf(e.getMessage()), e);
    }
    return content;
  }

  private void take(
      HostileTar tar, TarArchiveEntry entry, Staging staging, LayerIntake intake, Room room)
      throws IOException {
    String name = clean("", text(tar.name()));
    if (files.size() + links.size() > MAX_FILES) {
      throw new RefusedImageException("an archive of images has more than " + MAX_FILES + " files");
    }
    if (entry.isSymbolicLink()) {
      int slash = name.lastIndexOf('/');
      links.put(name, clean(slash < 0 ? "" : name.substring(0, slash), text(tar.linkName())));
    } else if (entry.isLink()) {
      links.put(name, clean("", text(tar.linkName())));
    } else if (entry.isFile()) {
      if (files.containsKey(name)) {
        throw new RefusedImageException("an archive of images has two files named " + name);
      }
      Path file = staging.newFile();
      LayerIntake.Taken taken;
      try (OutputStream out = staging.write(file)) {
        taken = intake.take(room.bounded(tar.content()), out);
      }
      if (taken.layer() != null) {
        room.take(taken.digest(), taken.size());
      }
      bytes += taken.size();
      if (bytes > MAX_LAYERS * intake.limits().unpackedBytes()) {
        throw new RefusedImageException("an archive of images has more than " + bytes + " bytes");
      }
      staging.sync(file);
      files.put(name, new Item(new StagedBlob(taken.digest(), taken.size(), file), taken));
    }
  }

  /** Names of all files are in memory, so that one is no longer than any path, nor all too much. */
  private String text(String bytes) {
    namesLeft -= bytes.length();
    if (bytes.length() > MAX_NAME || namesLeft < 0) {
      throw new RefusedImageException("an archive of images has names that are too long");
    }
    return new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }

  /** Resolves {@code .} and {@code ..} inside the archive; nothing leads out of it. */
  private static String clean(String folder, String path) {
    String base = path.startsWith("/") || folder.isEmpty() ? path : folder + "/" + path;
    java.util.ArrayDeque<String> parts = new java.util.ArrayDeque<>();
    for (String part : base.split("/")) {
      if (part.equals("..")) {
        String _ = parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  Optional<Item> find(String path) {
    String name = clean("", path);
    for (int i = 0; i < MAX_LINKS && links.containsKey(name); i++) {
      name = links.getOrDefault(name, name);
    }
    return Optional.ofNullable(files.get(name));
  }

  Item require(String path) {
    return find(path)
        .orElseThrow(() -> new RefusedImageException("the archive has no file " + path));
  }

  /** All of a small file. */
  byte[] document(Item item) throws IOException {
    if (item.blob().size() > MAX_DOCUMENT) {
      throw new RefusedImageException(
          "a document of " + item.blob().size() + " bytes is too large");
    }
    return Files.readAllBytes(item.blob().file());
  }
}
