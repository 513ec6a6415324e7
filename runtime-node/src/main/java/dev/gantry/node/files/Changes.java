package dev.gantry.node.files;

import dev.gantry.node.archive.TreeArchive;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.NameOrder;
import dev.gantry.node.kernel.OpenFolder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a container changed, told from what lies in its upper folder (overlayfs): a character device
 * 0/0 hides what the image has, an opaque folder all that the image has in it. What the node itself
 * puts in every container is no change.
 */
final class Changes {

  /** Is told each change, a folder before what is in it. Paths are of bytes, a character each. */
  interface Sink {
    /**
     * @param isNew the image has nothing there
     */
    void entry(OpenFolder parent, String name, String path, boolean isNew) throws IOException;

    /**
     * @param hides what the image has in it is not seen
     */
    void folder(OpenFolder folder, String path, boolean isNew, boolean hides) throws IOException;

    void removed(String path) throws IOException;
  }

  private static final String OPAQUE = "trusted.overlay.opaque";
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

  private record Pending(OpenFolder folder, String path, boolean isNew, boolean hides) {}

  private final Sink sink;
  private final NameOrder order = new NameOrder();

  /** Folders on the way down of which nothing was told yet: they are where something in them is. */
  private final Deque<Pending> pending = new ArrayDeque<>();

  private Changes(Sink sink) {
    this.sink = sink;
  }

  /** Tells all changes. */
  static void tell(OpenFolder upper, OpenFolder image, Sink sink) throws IOException {
    new Changes(sink).walk(upper, image, "/", false, 0);
  }

  /**
   * @param image the same folder there; null where it has none
   * @param hidden whether nothing of the image's is seen here
   */
  private void walk(
      OpenFolder folder, @Nullable OpenFolder image, String prefix, boolean hidden, int depth)
      throws IOException {
    TreeArchive.requireBounded(prefix, depth);
    order.each(
        folder,
        name -> {
          try {
            one(folder, image, name, prefix + name, hidden, depth);
          } catch (KernelException e) {
            // What was removed or replaced since the folder was read is left out.
            if (!e.isGone()) {
              throw e;
            }
          }
        });
  }

  private void one(
      OpenFolder folder,
      @Nullable OpenFolder image,
      String name,
      String path,
      boolean hidden,
      int depth)
      throws IOException {
    FileStatus now = folder.status(name);
    FileStatus was = image == null ? null : image.find(name);
    if (now.isFolder()) {
      try (OpenFolder inside = folder.folder(name);
          OpenFolder there =
              image != null && was != null && was.isFolder() ? image.folder(name) : null) {
        boolean hides = there != null && isOpaque(folder.attribute(name, OPAQUE));
        folder(inside, there, path, new Compared(now, was, hidden, hides), depth);
      }
    } else if (now.isCharacterDevice() && now.major() == 0 && now.minor() == 0) {
      if (was != null) {
        tellPending();
        sink.removed(path);
      }
    } else if (was != null || now.size() != 0 || !OWN.contains(path)) {
      tellPending();
      sink.entry(folder, name, path, was == null);
    }
  }

  private static boolean isOpaque(byte @Nullable [] attribute) {
    return attribute != null && attribute.length == 1 && attribute[0] == 'y';
  }

  private record Compared(FileStatus now, @Nullable FileStatus was, boolean hidden, boolean hides) {

    boolean isChanged(String path) {
      boolean same =
          was != null
              && was.isFolder()
              && was.mode() == now.mode()
              && was.uid() == now.uid()
              && was.gid() == now.gid();
      boolean byUs = OWN.contains(path) || OWN.stream().anyMatch(own -> own.startsWith(path + "/"));
      boolean touched = was == null || !was.modified().equals(now.modified());
      boolean changed = hidden || hides || !same || (touched && !byUs);
      return changed && !(byUs && was == null);
    }
  }

  private void folder(
      OpenFolder inside, @Nullable OpenFolder image, String path, Compared compared, int depth)
      throws IOException {
    var mine = new Pending(inside, path, compared.was() == null, compared.hides());
    pending.addLast(mine);
    if (compared.isChanged(path)) {
      tellPending();
    }
    walk(inside, image, path + "/", compared.hidden() || compared.hides(), depth + 1);
    pending.remove(mine);
  }

  private void tellPending() throws IOException {
    for (Pending one = pending.pollFirst(); one != null; one = pending.pollFirst()) {
      sink.folder(one.folder(), one.path(), one.isNew(), one.hides());
    }
  }
}
