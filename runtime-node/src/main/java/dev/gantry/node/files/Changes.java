package dev.gantry.node.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.FilesystemChange;
import dev.gantry.node.kernel.Errno;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.OpenFolder;
import dev.gantry.node.kernel.RootedPaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a container changed, told from what lies in its upper folder (overlayfs): a character device
 * 0/0 hides what the image has. What the node itself puts in every container is no change.
 */
final class Changes {
  private static final int MODIFIED = 0;
  private static final int ADDED = 1;
  private static final int DELETED = 2;
  private static final int MAX_DEPTH = 1000;
  private static final Set<String> OWN =
      Set.of(
          "/.dockerenv",
          "/dev",
          "/dev/console",
          "/dev/mqueue",
          "/dev/pts",
          "/dev/shm",
          "/etc/hostname",
          "/etc/hosts",
          "/etc/mtab",
          "/etc/resolv.conf",
          "/proc",
          "/sys");

  private final RootedPaths image;
  private final List<FilesystemChange> changes = new ArrayList<>();

  /**
   * @param image what the container was made from
   */
  Changes(RootedPaths image) {
    this.image = image;
  }

  /** All changes, a folder before what is in it. */
  List<FilesystemChange> in(OpenFolder upper) throws IOException {
    walk(upper, "/", 0);
    return List.copyOf(changes);
  }

  private void walk(OpenFolder folder, String prefix, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("folders are nested more than " + MAX_DEPTH + " deep");
    }
    for (String name : folder.names()) {
      FileStatus now = folder.status(name);
      String path = prefix + name;
      FileStatus before = inImage(path);
      if (now.isFolder()) {
        try (OpenFolder inside = folder.folder(name)) {
          folder(inside, path, now, before, depth);
        }
      } else if (now.isCharacterDevice() && now.major() == 0 && now.minor() == 0) {
        if (before != null) {
          change(path, DELETED);
        }
      } else if (!isOwn(path, now, before)) {
        change(path, before == null ? ADDED : MODIFIED);
      }
    }
  }

  private void folder(
      OpenFolder inside, String path, FileStatus now, @Nullable FileStatus before, int depth)
      throws IOException {
    int place = changes.size();
    walk(inside, path + "/", depth + 1);
    boolean changedInside = changes.size() > place;
    boolean same =
        before != null
            && before.isFolder()
            && before.mode() == now.mode()
            && before.uid() == now.uid()
            && before.gid() == now.gid();
    boolean touched = before == null || !before.modified().equals(now.modified());
    boolean byUs = OWN.contains(path) || OWN.stream().anyMatch(own -> own.startsWith(path + "/"));
    if (changedInside || !same || (touched && !byUs)) {
      if (!(byUs && before == null && !changedInside)) {
        changes.add(place, entry(path, before == null ? ADDED : MODIFIED));
      }
    }
  }

  private static boolean isOwn(String path, FileStatus now, @Nullable FileStatus before) {
    return before == null && now.size() == 0 && OWN.contains(path);
  }

  private void change(String path, int kind) {
    changes.add(entry(path, kind));
  }

  private static FilesystemChange entry(String path, int kind) {
    return new FilesystemChange(new String(path.getBytes(ISO_8859_1), UTF_8), kind);
  }

  private @Nullable FileStatus inImage(String path) throws KernelException {
    int slash = path.lastIndexOf('/');
    try (Fd parent = image.locateFolder(path.substring(0, slash + 1));
        OpenFolder folder = OpenFolder.of(parent)) {
      return folder.status(path.substring(slash + 1));
    } catch (KernelException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return null;
      }
      throw e;
    }
  }
}
