package dev.gantry.layer;

/** Where an entry of a layer goes; one that leads elsewhere is refused. */
public final class EntryPath {
  private static final int MAX_PATH = 4000;
  private static final int MAX_DEPTH = 256;

  private EntryPath() {}

  /** A path without leading slashes and dots; one that goes up is refused. */
  public static String clean(String name) throws MalformedArchiveException {
    if (name.length() > MAX_PATH) {
      throw new MalformedArchiveException("a path of " + name.length() + " characters");
    }
    StringBuilder path = new StringBuilder();
    int depth = 0;
    for (String part : name.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..") || part.indexOf('\0') >= 0 || ++depth > MAX_DEPTH) {
        throw new MalformedArchiveException("an odd path: " + name);
      }
      path.append(path.isEmpty() ? "" : "/").append(part);
    }
    return path.toString();
  }
}
