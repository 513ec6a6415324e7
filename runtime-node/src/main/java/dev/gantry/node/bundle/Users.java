package dev.gantry.node.bundle;

import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.KernelException;
import dev.gantry.node.kernel.RootedPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who a process runs as: names are looked up in the container's own {@code /etc/passwd} and {@code
 * /etc/group}, reached only inside its root; a string of digits is never a name.
 */
public final class Users {
  private static final int MAX_FILE = 1 << 20;
  private static final Path FOLDER = Path.of("/etc");
  private static final List<String> LISTS = List.of("etc/passwd", "etc/group");
  private static final String OUT_OF_RANGE = "uids and gids must be in range 0-2147483647";

  private Users() {}

  /** A user as the kernel knows it, and where it is at home. */
  public record Identity(int uid, int gid, List<Integer> additionalGids, String home) {}

  /** Lists that can't be read, a name that they do not have, or a number out of range. */
  public static final class UnknownUserException extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownUserException(String message) {
      super(message);
    }
  }

  /**
   * @param root of the container's file system, mounted
   * @param user {@code USER[:GROUP]}, names or numbers; empty is root
   */
  public static Identity resolve(Path root, @Nullable String user, @Nullable List<String> groupAdd)
      throws IOException, UnknownUserException {
    List<String[]> passwd;
    List<String[]> group;
    try (RootedPaths inside = RootedPaths.in(root)) {
      passwd = entries(inside, "etc/passwd");
      group = entries(inside, "etc/group");
    }
    String text = user == null || user.isEmpty() ? "0" : user;
    int colon = text.indexOf(':');
    String userPart = colon < 0 ? text : text.substring(0, colon);
    // What follows a second colon says nothing, as for the engine.
    String groupPart = colon < 0 ? "" : text.substring(colon + 1).split(":", 2)[0];
    String[] entry = find(passwd, userPart.isEmpty() ? "0" : userPart);
    OptionalInt number = number(userPart.isEmpty() ? "0" : userPart);
    if (entry == null && number.isEmpty()) {
      throw new UnknownUserException(
          "unable to find user " + userPart + ": no matching entries in passwd file");
    }
    int uid = entry == null ? number.orElseThrow() : Integer.parseInt(entry[2]);
    int gid = entry == null ? 0 : Integer.parseInt(entry[3]);
    if (!groupPart.isEmpty()) {
      gid = gid(group, groupPart);
    }
    Set<Integer> additional = new TreeSet<>();
    if (groupPart.isEmpty() && entry != null) {
      for (String[] one : group) {
        if (one.length > 3 && List.of(one[3].split(",")).contains(entry[0])) {
          additional.add(Integer.parseInt(one[2]));
        }
      }
    }
    for (String one : groupAdd == null ? List.<String>of() : groupAdd) {
      additional.add(gid(group, one));
    }
    additional.add(gid);
    String home = entry == null || entry.length < 6 || entry[5].isEmpty() ? "/" : entry[5];
    return new Identity(uid, gid, List.copyOf(additional), home);
  }

  /**
   * Refuses lists that are no files: the OCI runtime reads them, too, and would wait for whoever
   * writes to a pipe.
   *
   * @param root of a file system as a container sees it
   */
  static void requireFiles(Path root) throws UnknownUserException {
    try (RootedPaths inside = RootedPaths.in(root)) {
      for (String list : LISTS) {
        requireFile(inside, list, "/" + list);
      }
    } catch (KernelException _) {
      // What is gone already is read by nobody.
    }
  }

  /** The same for what will be mounted over the image's lists, or over their folder. */
  static void requireFiles(List<BundleMount> mounts) throws UnknownUserException {
    for (BundleMount mount : mounts) {
      Path place = Path.of("/", mount.destination()).normalize();
      if (mount.type().equals("bind") && place.equals(FOLDER)) {
        requireMountedFiles(mount);
      } else if (mount.type().equals("bind")
          && LISTS.stream().map(Path.of("/")::resolve).anyMatch(place::equals)) {
        requireMountedFile(mount);
      }
    }
  }

  private static void requireMountedFiles(BundleMount folder) throws UnknownUserException {
    try (RootedPaths inside = RootedPaths.in(Path.of(folder.source()))) {
      for (String name : List.of("passwd", "group")) {
        requireFile(inside, name, FOLDER + "/" + name);
      }
    } catch (KernelException _) {
      // What is not there is not read.
    }
  }

  private static void requireMountedFile(BundleMount mount) throws UnknownUserException {
    try (RootedPaths host = RootedPaths.in(Path.of("/"));
        Fd located = host.locate(mount.source())) {
      requireFile(located, mount.destination());
    } catch (KernelException _) {
      // What is not there is not read.
    }
  }

  private static void requireFile(RootedPaths inside, String path, String place)
      throws UnknownUserException {
    try (Fd located = inside.locate(path)) {
      requireFile(located, place);
    } catch (KernelException _) {
      // An image need not have it.
    }
  }

  private static void requireFile(Fd located, String path)
      throws KernelException, UnknownUserException {
    if (!FileStatus.of(located).isRegular()) {
      throw new UnknownUserException("unable to find users: " + path + " is no regular file");
    }
  }

  private static int gid(List<String[]> group, String name) throws UnknownUserException {
    String[] entry = find(group, name);
    OptionalInt number = number(name);
    if (entry == null && number.isEmpty()) {
      throw new UnknownUserException(
          "unable to find group " + name + ": no matching entries in group file");
    }
    return entry == null ? number.orElseThrow() : Integer.parseInt(entry[2]);
  }

  /** By number where it is one, else by name. */
  private static String @Nullable [] find(List<String[]> entries, String name)
      throws UnknownUserException {
    int field = number(name).isPresent() ? 2 : 0;
    for (String[] entry : entries) {
      if (entry[field].equals(name)) {
        return entry;
      }
    }
    return null;
  }

  private static OptionalInt number(String text) throws UnknownUserException {
    if (text.matches("-[0-9]+")) {
      throw new UnknownUserException(OUT_OF_RANGE);
    }
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    long value = text.length() > 10 ? Long.MAX_VALUE : Long.parseLong(text);
    if (value > Integer.MAX_VALUE) {
      throw new UnknownUserException(OUT_OF_RANGE);
    }
    return OptionalInt.of((int) value);
  }

  private static List<String[]> entries(RootedPaths inside, String path)
      throws IOException, UnknownUserException {
    List<String[]> entries = new ArrayList<>();
    requireFile(inside, path, "/" + path);
    try (Fd file = inside.openForReading(path)) {
      byte[] bytes;
      try (var stream = Files.newInputStream(Path.of(file.path()))) {
        bytes = stream.readNBytes(MAX_FILE);
      }
      for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
        String[] fields = line.strip().split(":");
        if (fields.length >= 3 && !line.startsWith("#") && isNumber(fields[2])) {
          if (!path.endsWith("passwd") || (fields.length >= 4 && isNumber(fields[3]))) {
            entries.add(fields);
          }
        }
      }
    } catch (KernelException _) {
      // An image without the file has numbers only.
    }
    return entries;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() < 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
