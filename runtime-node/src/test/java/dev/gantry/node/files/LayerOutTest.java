package dev.gantry.node.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.node.archive.TreeArchive;
import dev.gantry.node.kernel.Attributes;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.kernel.OpenFolder;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.kernel.UnpackRoot;
import dev.gantry.node.snapshot.LayerLimits;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.services.ResolvedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is changed above an image, told as a layer and unpacked, is the same above that image. */
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
class LayerOutTest {
  private static final int STEPS = 250;
  private static final String CAPABILITY = "security.capability";
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;
  private static final int S_IFIFO = 0010000;

  private Path root;
  private Path image;
  private Path upper;
  private Path merged;
  private Path again;

  @BeforeEach
  void folders() throws IOException {
    root = Files.createTempDirectory("gantry-layer-out");
    image = Files.createDirectory(root.resolve("image"));
    upper = Files.createDirectory(root.resolve("upper"));
    merged = Files.createDirectory(root.resolve("merged"));
    again = Files.createDirectory(root.resolve("again"));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    Mounts.unmount(merged);
    Mounts.unmount(again);
    Trees.delete(root);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aRandomChangeComesBackAsItWas(long seed) throws Exception {
    Random random = new Random(seed);
    change(image, random);
    mount();
    change(merged, random);
    assertSame("seed " + seed);
  }

  @Test
  void whatIsMadeAnewHidesWhatWasThere() throws Exception {
    Files.createDirectories(image.resolve("d/old/deep"));
    Files.writeString(image.resolve("d/old/deep/f"), "of the image");
    Files.writeString(image.resolve("file"), "becomes a folder");
    Files.createDirectories(image.resolve("folder/in"));
    mount();
    Trees.delete(merged.resolve("d"));
    Files.createDirectories(merged.resolve("d/old"));
    Files.setLastModifiedTime(
        merged.resolve("d/old"), Files.getLastModifiedTime(image.resolve("d/old")));
    Files.delete(merged.resolve("file"));
    Files.createDirectory(merged.resolve("file"));
    Trees.delete(merged.resolve("folder"));
    Files.writeString(merged.resolve("folder"), "was a folder");
    Files.writeString(merged.resolve(".wh.trap"), "no whiteout");
    List<FileSeen> before = seen(merged);
    before.removeIf(file -> file.path().contains(".wh."));
    unpack();
    assertThat(seen(again)).isEqualTo(before);
  }

  private void mount() throws IOException {
    Path work = Files.createDirectory(root.resolve("work"));
    Mounts.overlay(List.of(image), upper, work, merged);
  }

  private void unpack() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (TreeArchive archive = new TreeArchive(bytes, () -> true);
        OpenFolder changed = OpenFolder.at(upper);
        OpenFolder below = OpenFolder.at(image)) {
      Changes.tell(changed, below, new LayerOut(archive));
    }
    byte[] tar = bytes.toByteArray();
    Digest digest = Digest.ofBytes(tar);
    Layers layers = new Layers(root.resolve("layers"), new LayerLimits(1 << 30, 100_000), "boot");
    layers.ensure(
        List.of(
            new ResolvedImage.Layer(
                digest, digest, "application/vnd.oci.image.layer.v1.tar", tar.length)),
        _ -> new ByteArrayInputStream(tar));
    Mounts.overlay(List.of(layers.folder(digest), image), again);
  }

  private void assertSame(String what) throws IOException {
    List<FileSeen> before = seen(merged);
    unpack();
    assertThat(seen(again)).as(what).containsExactlyElementsOf(before);
  }

  private record FileSeen(
      String path,
      String kind,
      String owner,
      FileTime time,
      String content,
      String firstName,
      String capability) {}

  private static List<FileSeen> seen(Path tree) throws IOException {
    List<FileSeen> all = new ArrayList<>();
    java.util.Map<Object, String> names = new java.util.HashMap<>();
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted().filter(path -> !path.equals(tree)).toList()) {
        var has = Files.readAttributes(path, "unix:mode,uid,gid,rdev", LinkOption.NOFOLLOW_LINKS);
        String name = tree.relativize(path).toString();
        boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        Object inode = Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        String first = file ? names.computeIfAbsent(inode, _ -> name) : name;
        long seconds = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis() / 1000;
        all.add(
            new FileSeen(
                name,
                has.get("mode") + " " + has.get("rdev"),
                has.get("uid") + ":" + has.get("gid"),
                FileTime.fromMillis(seconds * 1000),
                file
                    ? Files.readString(path)
                    : Files.isSymbolicLink(path) ? Files.readSymbolicLink(path).toString() : "",
                first,
                Arrays.toString(Attributes.of(path).get(CAPABILITY))));
      }
    }
    return all;
  }

  /** So many steps of all that a container does to files. */
  private static void change(Path tree, Random random) throws IOException {
    for (int i = 0; i < STEPS; i++) {
      List<Path> all;
      try (Stream<Path> paths = Files.walk(tree)) {
        all = new ArrayList<>(paths.sorted().toList());
      }
      List<Path> folders =
          all.stream().filter(p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS)).toList();
      Path any = all.get(random.nextInt(all.size()));
      Path fresh = folders.get(random.nextInt(folders.size())).resolve("n" + random.nextInt(12));
      step(tree, any, fresh, random);
    }
  }

  private static void step(Path tree, Path any, Path fresh, Random random) throws IOException {
    boolean isNew = !Files.exists(fresh, LinkOption.NOFOLLOW_LINKS);
    boolean isFile = Files.isRegularFile(any, LinkOption.NOFOLLOW_LINKS);
    boolean isLink = Files.isSymbolicLink(any);
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> {
        if (isNew) {
          Files.writeString(fresh, "text " + random.nextInt());
        }
      }
      case 3, 4 -> {
        if (isNew) {
          Files.createDirectory(fresh);
        }
      }
      case 5 -> {
        if (isNew) {
          Files.createSymbolicLink(fresh, Path.of("to/" + random.nextInt(9)));
        }
      }
      case 6 -> {
        if (isNew && isFile) {
          Files.createLink(fresh, any);
        }
      }
      case 9 -> {
        if (isNew) {
          try (UnpackRoot root = new UnpackRoot(tree)) {
            int kind = random.nextBoolean() ? S_IFCHR : random.nextBoolean() ? S_IFBLK : S_IFIFO;
            root.node(tree.relativize(fresh).toString(), kind | 0600, 240, random.nextInt(1000));
          }
        }
      }
      case 10 -> {
        if (isFile) {
          try (UnpackRoot root = new UnpackRoot(tree)) {
            byte[] capability = new byte[20];
            random.nextBytes(capability);
            System.arraycopy(new byte[] {1, 0, 0, 2}, 0, capability, 0, 4);
            root.attribute(tree.relativize(any).toString(), CAPABILITY, capability);
          }
        }
      }
      case 7 -> {
        if (!any.equals(tree) && random.nextInt(3) == 0) {
          Trees.delete(any);
        }
      }
      case 8 -> {
        Files.setAttribute(any, "unix:uid", random.nextInt(9), LinkOption.NOFOLLOW_LINKS);
        if (!isLink) {
          Files.setPosixFilePermissions(
              any,
              PosixFilePermissions.fromString(random.nextBoolean() ? "rwxr-x--x" : "rw-r--r--"));
        }
      }
      default -> {
        if (isFile) {
          Files.writeString(any, "again " + random.nextInt());
        }
      }
    }
  }
}
