package dev.gantry.node.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A path in a container as the engine reads it: always from the root, {@code ..} taken away before
 * anything is looked at, and a last part that is followed only where a slash or a dot comes after
 * it. Each character is a byte.
 *
 * @param folder with a slash at its end; links in it are followed
 * @param base the last part, which is not followed; empty or a dot where the folder is meant
 */
record ContainerPath(String folder, String base) {

  static ContainerPath parse(String text) {
    String path = new String(text.getBytes(UTF_8), ISO_8859_1);
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/")) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    String clean = "/" + String.join("/", parts);
    boolean dot = path.equals(".") || path.endsWith("/.");
    if ((dot || path.endsWith("/")) && !clean.endsWith("/")) {
      clean += "/";
    }
    clean += dot ? "." : "";
    int slash = clean.lastIndexOf('/') + 1;
    return new ContainerPath(clean.substring(0, slash), clean.substring(slash));
  }

  /** Whether the folder itself is meant. */
  boolean isFolder() {
    return base.isEmpty() || base.equals(".");
  }

  String whole() {
    return folder + base;
  }

  /** The name that an archive of it begins with. */
  String name() {
    if (!base.isEmpty()) {
      return base;
    }
    String above = folder.length() > 1 ? folder.substring(0, folder.length() - 1) : folder;
    return above.length() > 1 ? above.substring(above.lastIndexOf('/') + 1) : "/";
  }
}
