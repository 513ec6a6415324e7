package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files in and out of containers, by the commands of the CLI. */
class CopyTest {
  private static final int LARGE = 20 << 20;

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  @TempDir Path folder;

  @Test
  void aFolderComesBackAsItWent() throws Exception {
    Path tree = folder.resolve("tree");
    Files.createDirectories(tree.resolve("deep"));
    byte[] large = new byte[LARGE];
    new Random(1).nextBytes(large);
    Files.write(tree.resolve("large"), large);
    Files.writeString(tree.resolve("deep/small"), "small");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("large"));
    String name = containers.name();
    docker.run("create", "--name", name, "-v", "/data", "busybox", "sleep", "1000").ok();
    for (String target : new String[] {"/tmp", "/data"}) {
      docker.run("cp", tree.toString(), name + ":" + target).ok();
      Path back = folder.resolve("back" + target.replace('/', '-'));
      docker.run("cp", name + ":" + target + "/tree", back.toString()).ok();
      assertThat(back.resolve("large")).hasBinaryContent(large);
      assertThat(back.resolve("deep/small")).hasContent("small");
      assertThat(Files.readSymbolicLink(back.resolve("link"))).hasToString("large");
      docker.run("start", name).ok();
    }
    assertThat(docker.run("exec", name, "cat", "/tmp/tree/deep/small").ok()).isEqualTo("small");
    Result none = docker.run("cp", name + ":/none", folder.toString());
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("Could not find the file /none in container " + name);
  }

  @Test
  void whatAContainerBecameIsSeenAndKept() throws Exception {
    String name = containers.name();
    docker.run("run", "--name", name, "busybox", "sh", "-c", "echo kept >/kept; rm /bin/vi").ok();
    assertThat(docker.run("diff", name).lines())
        .contains("A /kept", "C /bin", "D /bin/vi")
        .doesNotContain("A /etc/hosts");
    Path archive = folder.resolve("all.tar");
    docker.run("export", "-o", archive.toString(), name).ok();
    String image = "e2e-export:" + name;
    docker.run("import", archive.toString(), image).ok();
    try {
      assertThat(docker.run("run", "--rm", image, "cat", "/kept").ok()).isEqualTo("kept");
    } finally {
      docker.run("rmi", image).ok();
    }
  }
}
