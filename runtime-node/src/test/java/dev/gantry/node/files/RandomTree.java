package dev.gantry.node.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.Digest;
import dev.gantry.node.kernel.Fd;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.OpenFolder;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** All that a file tree may hold, made at random, and told in words. Names are of bytes. */
final class RandomTree {
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFIFO = 0010000;
  private static final int MOST_DEPTH = 6;
  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "with space",
          " of spaces ",
          "line\nend",
          "tab\t\\",
          "-dash",
          "ÿþý",
          new String("grün".getBytes(UTF_8), ISO_8859_1),
          "l".repeat(99),
          "m".repeat(101),
          "n".repeat(255));

  private final UnpackRoot root;
  private final OpenFolder top;
  private final Random random;

  private RandomTree(UnpackRoot root, OpenFolder top, Random random) {
    this.root = root;
    this.top = top;
    this.random = random;
  }

  /** So many steps of all that may be done to files. */
  static void change(Path tree, Random random, int steps) throws IOException {
    try (UnpackRoot root = new UnpackRoot(tree);
        OpenFolder top = OpenFolder.at(tree)) {
      var change = new RandomTree(root, top, random);
      for (int i = 0; i < steps; i++) {
        change.step();
      }
    }
  }

  private record Entry(String path, FileStatus status) {}

  private static void list(OpenFolder folder, String prefix, List<Entry> to) throws IOException {
    List<String> sorted = new ArrayList<>();
    try (OpenFolder.Names names = folder.names()) {
      for (String name = names.next(); name != null; name = names.next()) {
        sorted.add(name);
      }
    }
    sorted.sort(null);
    for (String name : sorted) {
      FileStatus status = folder.status(name);
      to.add(new Entry(prefix + name, status));
      if (status.isFolder()) {
        try (OpenFolder inside = folder.folder(name)) {
          list(inside, prefix + name + "/", to);
        }
      }
    }
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private byte[] bytes(int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void step() throws IOException {
    List<Entry> all = new ArrayList<>();
    list(top, "", all);
    List<String> folders = new ArrayList<>(List.of(""));
    all.stream()
        .filter(one -> one.status().isFolder() && one.path().split("/").length < MOST_DEPTH)
        .forEach(one -> folders.add(one.path() + "/"));
    String fresh = any(folders) + any(NAMES);
    boolean isNew = all.stream().noneMatch(one -> one.path().equals(fresh));
    if (isNew || random.nextInt(4) == 0) {
      if (!isNew) {
        root.remove(fresh);
      }
      make(fresh, all.stream().filter(one -> !one.path().startsWith(fresh)).toList());
    } else {
      Entry one = any(all);
      if (random.nextInt(8) == 0) {
        root.remove(one.path());
      } else {
        describe(one.path(), one.status());
      }
    }
  }

  private void make(String path, List<Entry> others) throws IOException {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> root.folder(path, 0755);
      case 3 -> root.symbolicLink(path, any(List.of("a", "../x", "ÿ/".repeat(900), "/b\nc")));
      case 4 -> root.node(path, S_IFIFO | 0600, 0, 0);
      case 5 ->
          root.node(path, (random.nextBoolean() ? S_IFCHR : S_IFBLK) | 0600, 240, random.nextInt());
      case 6 -> {
        List<Entry> files = others.stream().filter(one -> !one.status().isFolder()).toList();
        if (!files.isEmpty()) {
          root.hardLink(path, any(files).path());
        }
      }
      case 7 -> root.file(path, 0600, new ByteArrayInputStream(new byte[random.nextInt(300_000)]));
      default -> root.file(path, 0600, new ByteArrayInputStream(bytes(5000)));
    }
    try (OpenFolder folder = open(path)) {
      FileStatus made = folder.find(path.substring(path.lastIndexOf('/') + 1));
      if (made != null && random.nextBoolean()) {
        describe(path, made);
      }
    }
  }

  private OpenFolder open(String path) throws IOException {
    OpenFolder folder = top.folder(".");
    String[] parts = path.split("/");
    for (int i = 0; i < parts.length - 1; i++) {
      OpenFolder inside = folder.folder(parts[i]);
      folder.close();
      folder = inside;
    }
    return folder;
  }

  private void describe(String path, FileStatus status) throws IOException {
    root.owner(path, id(), id());
    if (!status.isLink()) {
      root.mode(path, random.nextInt(010000));
    }
    if (status.isRegular() || status.isFolder()) {
      byte[] value = random.nextInt(8) == 0 ? new byte[0] : bytes(1000);
      root.attribute(path, "user." + any(List.of("a", "b c", "ö")), value);
    }
    if (status.isRegular() && random.nextInt(3) == 0) {
      byte[] capability = new byte[20];
      random.nextBytes(capability);
      System.arraycopy(new byte[] {1, 0, 0, 2}, 0, capability, 0, 4);
      root.attribute(path, "security.capability", capability);
    }
    if (random.nextBoolean()) {
      long seconds = any(List.of(-1000L, 0L, 1L, 1_700_000_000L, 4_000_000_000L, 9_000_000_000L));
      root.time(path, Instant.ofEpochSecond(seconds, random.nextInt(1_000_000_000)));
    }
  }

  private int id() {
    return any(List.of(0, 1, 1000, 0x1fffff, 0x200000, Integer.MAX_VALUE, 0xfffffffe));
  }

  /** Everything about everything in a tree, a line each, in order. */
  static List<String> seen(Path tree) throws IOException {
    List<Entry> all = new ArrayList<>();
    Map<Long, String> firstNames = new HashMap<>();
    List<String> lines = new ArrayList<>();
    try (OpenFolder top = OpenFolder.at(tree);
        UnpackRoot root = new UnpackRoot(tree)) {
      list(top, "", all);
      var walk = new RandomTree(root, top, new Random());
      for (Entry one : all) {
        FileStatus status = one.status();
        String name = one.path().substring(one.path().lastIndexOf('/') + 1);
        String first = status.isFolder() ? "" : firstNames.putIfAbsent(status.inode(), one.path());
        try (OpenFolder folder = walk.open(one.path())) {
          lines.add(
              "%s: mode %o, of %d:%d, at %s, device %d:%d, first %s, %s, attributes %s"
                  .formatted(
                      one.path(),
                      status.mode(),
                      status.uid(),
                      status.gid(),
                      status.modified(),
                      status.major(),
                      status.minor(),
                      first,
                      content(folder, name, status),
                      attributes(folder, name)));
        }
      }
    }
    return lines;
  }

  private static String content(OpenFolder folder, String name, FileStatus status)
      throws IOException {
    if (status.isLink()) {
      return "to " + folder.link(name);
    }
    if (!status.isRegular()) {
      return "";
    }
    try (Fd file = folder.file(name)) {
      return Digest.ofBytes(file.content().readAllBytes()).value();
    }
  }

  private static Map<String, String> attributes(OpenFolder folder, String name) throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (var one : folder.attributes(name).entrySet()) {
      if (!one.getKey().startsWith("trusted.")) {
        found.put(one.getKey(), Digest.ofBytes(one.getValue()).hex().substring(0, 12));
      }
    }
    return found;
  }
}
