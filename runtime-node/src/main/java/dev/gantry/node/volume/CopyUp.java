package dev.gantry.node.volume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty volume with what the image has at the place where it is mounted: content, owners,
 * modes and times. It happens before the container's first process runs, in its own root, of which
 * nothing outside is followed: symbolic links are resolved below the root.
 */
public final class CopyUp {
  private static final int MAX_LINKS = 40;

  private CopyUp() {}

  /** Copies if the volume is empty and the image has a folder there; otherwise changes nothing. */
  public static void into(Path volume, Path root, String destination) throws IOException {
    Path source = resolve(root, destination);
    if (source == null
        || !Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)
        || !isEmpty(volume)) {
      return;
    }
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path target = volume.resolve(source.relativize(folder).toString());
            if (!target.equals(volume)) {
              Files.createDirectory(target);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = volume.resolve(source.relativize(file).toString());
            if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
              Files.copy(
                  file, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
              attributes(file, target, attributes.isSymbolicLink());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            attributes(folder, volume.resolve(source.relativize(folder).toString()), false);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isEmpty(Path volume) throws IOException {
    try (Stream<Path> entries = Files.list(volume)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void attributes(Path from, Path to, boolean link) throws IOException {
    Map<String, Object> of =
        Files.readAttributes(from, "unix:uid,gid,mode,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(to, "unix:uid", of.get("uid"), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(to, "unix:gid", of.get("gid"), LinkOption.NOFOLLOW_LINKS);
    if (!link && of.get("mode") instanceof Integer mode) {
      Files.setAttribute(to, "unix:mode", mode & 07777);
      Files.setLastModifiedTime(to, (FileTime) of.get("lastModifiedTime"));
    }
  }

  /** The place that a path means to a process whose root is {@code root}; null where none is. */
  private static @Nullable Path resolve(Path root, String path) throws IOException {
    Path at = root;
    var left = new ArrayDeque<Path>();
    Path.of(path).forEach(left::add);
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.removeFirst().toString();
      if (name.equals("..")) {
        Path parent = at.getParent();
        at = parent == null || at.equals(root) ? root : parent;
      } else if (!name.equals(".")) {
        Path next = at.resolve(name);
        if (Files.isSymbolicLink(next)) {
          Path target = Files.readSymbolicLink(next);
          if (++links > MAX_LINKS) {
            return null;
          }
          at = target.isAbsolute() ? root : at;
          List<Path> names = new ArrayList<>();
          target.forEach(names::add);
          names.reversed().forEach(left::addFirst);
        } else {
          at = next;
        }
      }
    }
    return at;
  }
}
