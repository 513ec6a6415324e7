package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the deployments are made of: {@code docker-compose.yml} with its Dockerfiles, as far as that
 * is seen without building them ({@code ops/compose/check} does), and who may read which key.
 */
class DeploymentTest {
  @TempDir Path folder;

  @Test
  void imagesAreMadeOfFilesThatExist() throws IOException {
    ComposeFile file = ComposeFile.read();
    for (String service : file.services().keySet()) {
      String dockerfile = file.dockerfile(service);
      if (dockerfile.isEmpty()) {
        assertThat(file.service(service)).as(service).containsKey("image");
      } else {
        assertThat(copied(Platform.home().resolve(dockerfile)))
            .as(dockerfile)
            .allSatisfy(source -> assertThat(Platform.home().resolve(source)).exists());
      }
    }
    try (Stream<Path> folders = Files.list(Platform.home())) {
      assertThat(folders.filter(each -> Files.exists(each.resolve("Dockerfile"))))
          .extracting(each -> each.getFileName().toString())
          .isSubsetOf(file.processes());
    }
  }

  /** What a Dockerfile copies of the repository. */
  private static List<String> copied(Path dockerfile) throws IOException {
    return Files.readAllLines(dockerfile).stream()
        .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
        .map(line -> line.split(" +"))
        .flatMap(words -> Arrays.stream(words, 1, words.length - 1))
        .toList();
  }

  @Test
  void aContainerOfThePlatformHasItsOwnKeysAlone() throws IOException {
    ComposeFile file = ComposeFile.read();
    Map<String, String> given = file.mounts("setup");
    String authorities = given.get("/etc/gantry");
    for (String process : file.processes()) {
      Map<String, String> mounts = file.mounts(process);
      assertThat(mounts).as(process).containsEntry("/certs", given.get("/keys/" + process));
      mounts.remove("/certs");
      assertThat(mounts.values())
          .as(process)
          .doesNotContain(authorities)
          .noneMatch(volume -> volume.endsWith("-keys"));
    }
    assertThat(given.values()).doesNotHaveDuplicates();
  }

  @Test
  void setupGivesEachProcessOneKeyAndThePasswordWhereItIsUsed() throws IOException {
    ComposeFile file = ComposeFile.read();
    setUp();
    setUp();
    String password = Files.readString(folder.resolve("etc/gantry/authorities/database-password"));
    Map<String, String> owners = new HashMap<>();
    for (String process : file.processes()) {
      int keys = 0;
      boolean database = false;
      for (Path each : files(folder.resolve("keys").resolve(process))) {
        String text = Files.readString(each);
        assertThat(mode(each)).as(each.toString()).isEqualTo("r--------");
        database |= text.contains(password);
        if (text.contains("PRIVATE KEY")) {
          keys++;
          String key = text.substring(text.indexOf("-----BEGIN PRIVATE"), text.indexOf("-----END"));
          assertThat(owners.put(key, process)).as(each.toString()).isNull();
        }
      }
      assertThat(keys).as(process).isEqualTo(process.equals("postgres") ? 0 : 1);
      assertThat(database)
          .as(process)
          .isEqualTo(!process.equals("kafka") && !process.equals("runtime-node"));
    }
  }

  private void setUp() throws IOException {
    ProcessBuilder setup =
        new ProcessBuilder(Platform.home().resolve("ops/compose/setup").toString());
    setup.environment().put("GANTRY_PREFIX", folder.toString());
    Docker.finish(setup.start(), new byte[0]).ok();
  }

  @Test
  void onOneMachineTheControlPlaneReadsItsOwnKeyAlone() throws IOException {
    Path certs = Platform.prefix().resolve("etc/gantry/certs");
    assertThat(files(certs))
        .filteredOn(each -> each.toString().endsWith(".key"))
        .isNotEmpty()
        .allSatisfy(
            key -> {
              boolean control = key.endsWith("control.key");
              assertThat(owner(key)).isEqualTo(control ? "root gantry" : "root root");
              assertThat(mode(key)).isEqualTo(control ? "rw-r-----" : "rw-------");
            });
    assertThat(mode(certs.resolveSibling("authorities"))).isEqualTo("rwx------");
    Path password = Platform.prefix().resolve("var/lib/gantry/control/pgpass");
    assertThat(owner(password) + " " + mode(password)).isEqualTo("gantry gantry rw-------");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String owner(Path path) throws IOException {
    var attributes = Files.readAttributes(path, PosixFileAttributes.class);
    return attributes.owner().getName() + " " + attributes.group().getName();
  }
}
