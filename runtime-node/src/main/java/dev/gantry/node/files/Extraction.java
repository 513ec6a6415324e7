package dev.gantry.node.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.layer.EntryPath;
import dev.gantry.layer.HostileTar;
import dev.gantry.node.archive.EntryUnpacker;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Puts the entries of an archive into a folder of a container.
 *
 * @param folder below the root; empty for the root itself
 * @param keepsKinds a folder may not give way to what is none, nor the other way
 */
record Extraction(String folder, boolean keepsKinds, EntryUnpacker.Owner owner) {

  /** Unpacks all of {@code tar}; what was unpacked before a failure stays. */
  void into(UnpackRoot root, InputStream tar) throws IOException {
    var archive = new HostileTar(tar);
    var unpacker = new EntryUnpacker(root, owner);
    for (TarArchiveEntry entry = archive.next(); entry != null; entry = archive.next()) {
      String path = EntryPath.clean(archive.name());
      if (!path.isEmpty()) {
        String target = below(path);
        makeRoom(root, entry, target);
        String linked = entry.isLink() ? below(EntryPath.clean(archive.linkName())) : "";
        unpacker.unpack(archive, entry, target, linked);
      }
    }
    unpacker.finish();
  }

  private String below(String path) {
    return folder.isEmpty() ? path : folder + "/" + path;
  }

  private static String text(String bytes) {
    return new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }

  private void makeRoom(UnpackRoot root, TarArchiveEntry entry, String path) throws IOException {
    FileStatus there = root.status(path);
    if (there == null) {
      return;
    }
    if (keepsKinds && there.isFolder() != entry.isDirectory()) {
      throw new IOException(
          there.isFolder()
              ? "cannot overwrite directory \"/%s\" with non-directory \"/%s\""
                  .formatted(text(path), text(folder))
              : "cannot overwrite non-directory \"/%s\" with directory \"/%s\""
                  .formatted(text(path), text(folder)));
    }
    if (!there.isFolder() || !entry.isDirectory()) {
      root.remove(path);
    }
  }
}
