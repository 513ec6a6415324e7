package dev.gantry.node.volume;

import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.OpenFolder;
import dev.gantry.node.kernel.RootedPaths;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Fills an empty volume with what the image has at the place where it is mounted: content, links,
 * owners, modes, times and extended attributes. It happens before the container's first process
 * runs, so that its own root stands still; but others may have the volume already, and move things
 * in it while it is filled. Both are walked by the kernel inside their root.
 */
public final class CopyUp {
  private static final int FOLDER = 0700;

  private record Inode(long device, long number) {}

  private final UnpackRoot volume;

  /** Where files with several names were copied to first. */
  private final Map<Inode, String> copied = new HashMap<>();

  private CopyUp(UnpackRoot volume) {
    this.volume = volume;
  }

  /** Copies if the volume is empty and the image has a folder there; otherwise changes nothing. */
  public static void into(Path volume, Path root, String destination) throws IOException {
    try (Fd tree = RootedPaths.locateFolder(root)) {
      into(volume, tree, destination);
    }
  }

  /** The same from a tree that is open. */
  public static void into(Path volume, Fd root, String destination) throws IOException {
    if (!isEmpty(volume)) {
      return;
    }
    try (RootedPaths rooted = RootedPaths.in(root);
        Fd place = rooted.locate(destination);
        OpenFolder source = OpenFolder.of(place);
        UnpackRoot target = new UnpackRoot(volume)) {
      var copy = new CopyUp(target);
      copy.content(source, "");
      copy.describe(source, ".", ".", source.status());
    } catch (KernelException e) {
      if (!e.isGone()) {
        throw e;
      }
      // The image has nothing there.
    }
  }

  private static boolean isEmpty(Path volume) throws IOException {
    try (OpenFolder folder = OpenFolder.at(volume);
        OpenFolder.Names names = folder.names()) {
      return names.next() == null;
    }
  }

  private void content(OpenFolder folder, String prefix) throws IOException {
    try (OpenFolder.Names names = folder.names()) {
      for (String name = names.next(); name != null; name = names.next()) {
        FileStatus status = folder.status(name);
        String to = prefix + name;
        if (status.isFolder()) {
          volume.folder(to, FOLDER);
          try (OpenFolder inside = folder.folder(name)) {
            content(inside, to + "/");
          }
          describe(folder, name, to, status);
        } else {
          entry(folder, name, to, status);
        }
      }
    }
  }

  private void entry(OpenFolder folder, String name, String to, FileStatus status)
      throws IOException {
    if (status.links() > 1) {
      String first = copied.putIfAbsent(new Inode(status.device(), status.inode()), to);
      if (first != null) {
        volume.hardLink(to, first);
        return;
      }
    }
    if (status.isLink()) {
      volume.symbolicLink(to, folder.link(name));
    } else if (status.isRegular()) {
      try (Fd file = folder.file(name)) {
        volume.file(to, FOLDER, file.content());
      }
    } else {
      volume.node(to, status.mode(), status.major(), status.minor());
    }
    describe(folder, name, to, status);
  }

  private void describe(OpenFolder folder, String name, String to, FileStatus status)
      throws IOException {
    volume.owner(to, status.uid(), status.gid());
    if (!status.isLink()) {
      volume.mode(to, status.permissions());
      for (var attribute : folder.attributes(name).entrySet()) {
        volume.attribute(to, attribute.getKey(), attribute.getValue());
      }
    }
    volume.time(to, status.modified());
  }
}
