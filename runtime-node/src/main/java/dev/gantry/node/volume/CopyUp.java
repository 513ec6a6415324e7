package dev.gantry.node.volume;

import dev.gantry.node.kernel.Attributes;
import dev.gantry.node.kernel.Errno;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.RootedPaths;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty volume with what the image has at the place where it is mounted: content, links,
 * owners, modes, times and extended attributes. It happens before the container's first process
 * runs, so that its own root stands still; but others may have the volume already, and move things
 * in it while it is filled. Both are walked by the kernel inside their root.
 */
public final class CopyUp extends SimpleFileVisitor<Path> {
  private static final int TYPE = 0170000;
  private static final int FOLDER = 0700;

  private final Path source;
  private final UnpackRoot volume;

  /** Where files with several names were copied to first. */
  private final Map<Object, String> copied = new HashMap<>();

  private CopyUp(Path source, UnpackRoot volume) {
    this.source = source;
    this.volume = volume;
  }

  /** Copies if the volume is empty and the image has a folder there; otherwise changes nothing. */
  public static void into(Path volume, Path root, String destination) throws IOException {
    if (!isEmpty(volume)) {
      return;
    }
    try (RootedPaths rooted = RootedPaths.in(root);
        Fd place = rooted.locate(destination)) {
      Path source = Path.of(place.path()).toRealPath();
      if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
        try (UnpackRoot target = new UnpackRoot(volume)) {
          Files.walkFileTree(source, new CopyUp(source, target));
        }
      }
    } catch (KernelException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
        throw e;
      }
      // The image has nothing there.
    }
  }

  private static boolean isEmpty(Path volume) throws IOException {
    try (Stream<Path> entries = Files.list(volume)) {
      return entries.findAny().isEmpty();
    }
  }

  private String name(Path path) {
    return source.relativize(path).toString();
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
      throws IOException {
    if (!folder.equals(source)) {
      volume.folder(name(folder), FOLDER);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    Map<String, Object> of = attributes(file);
    String name = name(file);
    if (number(of, "nlink") > 1) {
      String first = copied.putIfAbsent(String.valueOf(attributes.fileKey()), name);
      if (first != null) {
        volume.hardLink(name, first);
        return FileVisitResult.CONTINUE;
      }
    }
    if (attributes.isSymbolicLink()) {
      volume.symbolicLink(name, Files.readSymbolicLink(file).toString());
    } else if (attributes.isRegularFile()) {
      try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        volume.file(name, FOLDER, content);
      }
    } else {
      long device = of.get("rdev") instanceof Long number ? number : 0;
      volume.node(name, number(of, "mode") & (TYPE | 07777), major(device), minor(device));
    }
    finish(file, name, of, attributes.isSymbolicLink());
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
      throws IOException {
    if (e != null) {
      throw e;
    }
    finish(folder, folder.equals(source) ? "." : name(folder), attributes(folder), false);
    return FileVisitResult.CONTINUE;
  }

  private void finish(Path from, String name, Map<String, Object> of, boolean link)
      throws IOException {
    volume.owner(name, number(of, "uid"), number(of, "gid"));
    if (!link) {
      volume.mode(name, number(of, "mode") & 07777);
      for (var attribute : Attributes.of(from).entrySet()) {
        volume.attribute(name, attribute.getKey(), attribute.getValue());
      }
    }
    if (of.get("lastModifiedTime") instanceof FileTime time) {
      volume.time(name, time.toInstant());
    }
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(
        path, "unix:uid,gid,mode,nlink,rdev,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
  }

  private static int number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Integer number ? number : 0;
  }

  private static int major(long device) {
    return (int) ((device >> 8) & 0xfff);
  }

  private static int minor(long device) {
    return (int) ((device & 0xff) | ((device >> 12) & ~0xff));
  }
}
