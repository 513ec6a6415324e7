package dev.gantry.node.snapshot;

import static dev.gantry.node.attack.HostileArchive.header;
import static dev.gantry.node.attack.HostileArchive.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.node.attack.HostileArchive;
import dev.gantry.node.kernel.Attributes;
import dev.gantry.node.kernel.FileStatus;
import dev.gantry.node.kernel.OpenFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerUnpackerTest {
  private static final int LAST_CAPABILITY = 40;
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir Path folder;

  private void unpack(LayerLimits limits, HostileArchive layer) throws IOException {
    unpack(limits, layer.bytes());
  }

  private void unpack(LayerLimits limits, byte[] layer) throws IOException {
    new LayerUnpacker(limits).unpack(new ByteArrayInputStream(layer), folder);
  }

  /** As the kernel keeps it (capabilities(7), File capability extended attribute versioning). */
  private static byte[] capability(int number) {
    long bit = 1L << number;
    return ByteBuffer.allocate(20)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x02000001)
        .putInt((int) bit)
        .putInt(0)
        .putInt((int) (bit >>> 32))
        .putInt(0)
        .array();
  }

  @Test
  void everyCapabilityOfAProgramIsUnpacked() throws Exception {
    var layer = new HostileArchive();
    for (int number = 0; number <= LAST_CAPABILITY; number++) {
      layer.attribute("security.capability", capability(number)).file("c" + number, "program");
    }
    unpack(LayerLimits.DEFAULT, layer);
    for (int number = 0; number <= LAST_CAPABILITY; number++) {
      assertThat(Attributes.of(folder.resolve("c" + number)))
          .as("capability %d", number)
          .containsEntry("security.capability", capability(number));
    }
  }

  @Test
  void attributesHaveWhateverBytes() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    unpack(
        LayerLimits.DEFAULT,
        new HostileArchive()
            .attribute("user.all", all)
            .attribute("trusted.overlay.redirect", "/elsewhere".getBytes())
            .file("f", "x")
            .attribute("user.of-the-folder", all)
            .folder("d")
            .file("none", "x"));
    assertThat(Attributes.of(folder.resolve("f"))).containsOnlyKeys("user.all");
    assertThat(Attributes.of(folder.resolve("f")).get("user.all")).isEqualTo(all);
    assertThat(Attributes.of(folder.resolve("d")).get("user.of-the-folder")).isEqualTo(all);
    assertThat(Attributes.of(folder.resolve("none"))).isEmpty();
  }

  @Test
  void devicesAreThoseOfTheLayer() throws Exception {
    unpack(
        LayerLimits.DEFAULT,
        new HostileArchive().device("c", false, 240, 300).device("b", true, 8, 1).pipe("p"));
    try (OpenFolder here = OpenFolder.at(folder)) {
      FileStatus device = here.status("c");
      assertThat(device.isCharacterDevice()).isTrue();
      assertThat(device.major()).isEqualTo(240);
      assertThat(device.minor()).isEqualTo(300);
      assertThat(here.status("b").isBlockDevice()).isTrue();
      assertThat(here.status("p").isPipe()).isTrue();
    }
  }

  @Test
  void aFolderGivesWayToWhatComesInItsPlaceWithAllThatIsInIt() throws Exception {
    var layer = new HostileArchive().at(LONG_AGO).file("target", "x");
    for (String name : new String[] {"file", "link", "hard", "pipe", "gone"}) {
      layer.folder(name).folder(name + "/in").file(name + "/in/f", "x");
    }
    unpack(
        LayerLimits.DEFAULT,
        layer
            .at(FileTime.fromMillis(0))
            .file("file", "new")
            .link("link", "nowhere")
            .hardLink("hard", "target")
            .pipe("pipe")
            .file(".wh.gone", ""));
    assertThat(folder.resolve("file")).hasContent("new");
    assertThat(Files.getLastModifiedTime(folder.resolve("file")).toMillis()).isZero();
    assertThat(Files.readSymbolicLink(folder.resolve("link"))).isEqualTo(Path.of("nowhere"));
    assertThat(folder.resolve("hard")).hasContent("x");
    try (OpenFolder here = OpenFolder.at(folder)) {
      assertThat(here.status("pipe").isPipe()).isTrue();
      assertThat(here.status("gone").isCharacterDevice()).isTrue();
    }
  }

  @Test
  void manyFoldersWithLongNamesKeepTheirTimes() throws Exception {
    String deep = ("d".repeat(100) + "/").repeat(3);
    var layer = new HostileArchive().at(LONG_AGO).folder("top").folder("top/" + deep);
    for (int i = 0; i < 1800; i++) {
      layer.folder("top/" + deep + i).folder("top/" + deep + i + "/in");
    }
    unpack(LayerLimits.DEFAULT, layer);
    try (Stream<Path> folders = Files.walk(folder.resolve("top/" + deep))) {
      assertThat(folders.toList())
          .hasSize(3601)
          .allSatisfy(one -> assertThat(Files.getLastModifiedTime(one)).isEqualTo(LONG_AGO));
    }
    assertThat(Files.getLastModifiedTime(folder.resolve("top"))).isEqualTo(LONG_AGO);
  }

  @Test
  void aLayerIsBounded() {
    assertThatThrownBy(
            () ->
                unpack(
                    new LayerLimits(1 << 20, 2),
                    new HostileArchive().folder("a").folder("b").folder("c")))
        .isInstanceOf(RefusedLayerException.class)
        .hasMessageContaining("2 entries");
    assertThatThrownBy(
            () ->
                unpack(
                    new LayerLimits(10_000, 9), new HostileArchive().file("a", "x".repeat(10_001))))
        .isInstanceOf(RefusedLayerException.class)
        .hasMessageContaining("10000 bytes");
    assertThatThrownBy(
            () -> unpack(new LayerLimits(1 << 20, 9), new HostileArchive().sparse("a", 1 << 30)))
        .isInstanceOf(RefusedLayerException.class)
        .hasMessageContaining("bytes");
  }

  /** Of a folder, of another name, or behind the end: it is no file's, but it is read. */
  @Test
  void whatIsNoContentOfAFileIsBoundedToo() {
    for (char kind : "0125".toCharArray()) {
      byte[] large = joined(header(kind, "a", 9000), new byte[9216], new byte[1024]);
      assertThatThrownBy(() -> unpack(new LayerLimits(8000, 9), large))
          .as("kind " + kind)
          .isInstanceOf(RefusedLayerException.class)
          .hasMessageContaining("8000 bytes");
    }
    byte[] trailed = joined(new HostileArchive().file("a", "x").bytes(), new byte[9000]);
    assertThatThrownBy(() -> unpack(new LayerLimits(8000, 9), trailed))
        .isInstanceOf(RefusedLayerException.class)
        .hasMessageContaining("8000 bytes");
  }

  @Test
  void nothingIsUnpackedFromBehindTheEnd() throws Exception {
    unpack(
        LayerLimits.DEFAULT,
        joined(
            new HostileArchive().file("a", "x").bytes(),
            new HostileArchive().file("b", "x").bytes()));
    assertThat(folder.resolve("a")).exists();
    assertThat(folder.resolve("b")).doesNotExist();
  }

  @Test
  void aLayerThatBreaksOffIsRefused() throws Exception {
    byte[] whole = new HostileArchive().file("a", "x".repeat(5000)).bytes();
    assertThatThrownBy(() -> unpack(LayerLimits.DEFAULT, Arrays.copyOf(whole, 3000)))
        .isInstanceOf(RefusedLayerException.class);
  }
}
