package dev.gantry.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.node.kernel.Attributes;
import dev.gantry.node.kernel.UnpackRoot;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyUpTest {
  @TempDir Path folder;
  private Path root;
  private Path volume;
  private Path outside;

  @BeforeEach
  void folders() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    volume = Files.createDirectory(folder.resolve("volume"));
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "of the host");
  }

  @Test
  void keepsOwnersModesLinksAndAttributes() throws Exception {
    Path data = Files.createDirectories(root.resolve("data"));
    Path file = Files.writeString(data.resolve("a"), "content");
    Files.createLink(data.resolve("b"), file);
    Files.createSymbolicLink(data.resolve("link"), Path.of("/etc/hosts"));
    Files.createDirectory(data.resolve("empty"));
    Files.setPosixFilePermissions(
        data.resolve("empty"), PosixFilePermissions.fromString("rwx-wx--x"));
    try (UnpackRoot at = new UnpackRoot(data)) {
      at.owner("a", 33, 44);
      at.mode("a", 04751);
      at.attribute("a", "user.kind", new byte[] {1, 2});
      at.node("pipe", 0010600, 0, 0);
      at.owner(".", 12, 13);
    }

    CopyUp.into(volume, root, "/data");

    Map<String, Object> copy = Files.readAttributes(volume.resolve("a"), "unix:uid,gid,mode,nlink");
    assertThat(copy).containsEntry("uid", 33).containsEntry("gid", 44).containsEntry("nlink", 2);
    assertThat(copy.get("mode")).isEqualTo(0104751);
    assertThat(Attributes.of(volume.resolve("b")).get("user.kind")).containsExactly(1, 2);
    assertThat(Files.isSameFile(volume.resolve("a"), volume.resolve("b"))).isTrue();
    assertThat(Files.readSymbolicLink(volume.resolve("link"))).hasToString("/etc/hosts");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(volume.resolve("empty"))))
        .isEqualTo("rwx-wx--x");
    assertThat(Files.readAttributes(volume.resolve("pipe"), "unix:mode").get("mode"))
        .isEqualTo(0010600);
    assertThat(Files.readAttributes(volume, "unix:uid,gid"))
        .containsEntry("uid", 12)
        .containsEntry("gid", 13);
  }

  @Test
  void leavesAVolumeAloneThatHasSomething() throws Exception {
    Files.writeString(Files.createDirectory(root.resolve("data")).resolve("a"), "image");
    Files.writeString(volume.resolve("mine"), "kept");

    CopyUp.into(volume, root, "/data");

    assertThat(volume.resolve("a")).doesNotExist();
  }

  @Test
  void theImagesLinksLeadNowhereOutside() throws Exception {
    Files.createSymbolicLink(root.resolve("absolute"), outside);
    Files.createSymbolicLink(root.resolve("upwards"), Path.of("../../../../../.." + outside));

    CopyUp.into(volume, root, "/absolute");
    CopyUp.into(volume, root, "/upwards");

    assertThat(volume).isEmptyDirectory();
  }

  @Test
  void whoMovesThingsInTheVolumeMeanwhileLeadsNothingOutside() throws Exception {
    Path data = Files.createDirectories(root.resolve("data/sub"));
    for (int i = 0; i < 400; i++) {
      Files.writeString(Files.createDirectories(data.resolve("d" + i)).resolve("planted"), "x");
    }
    var done = new AtomicBoolean();
    Thread attacker = Thread.ofPlatform().start(() -> swap(done));

    try {
      CopyUp.into(volume, root, "/data");
    } catch (IOException _) {
      // What is moved away under it may well fail it.
    } finally {
      done.set(true);
      attacker.join();
    }

    try (Stream<Path> found = Files.list(outside)) {
      assertThat(found).containsExactly(outside.resolve("secret"));
    }
  }

  /** Puts links that lead outside in the place of folders, as fast as it can. */
  private void swap(AtomicBoolean done) {
    Path sub = volume.resolve("sub");
    while (!done.get()) {
      try (Stream<Path> folders = Files.list(sub)) {
        for (Path entry : folders.toList()) {
          if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(entry, volume.resolve("moved" + System.nanoTime()));
            Files.createSymbolicLink(entry, outside);
          }
        }
      } catch (NoSuchFileException | FileAlreadyExistsException _) {
        // Not there yet, or made again meanwhile.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
