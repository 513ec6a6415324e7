package dev.gantry.node.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.EngineJson;
import dev.gantry.node.running.RunningNode.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image has something else where the node, or the runtime, expects what images have. */
@ParameterizedClass
@ValueSource(strings = {"crun", "runc"})
class ImageAttackTest extends Attacked {
  private static final String SLEEP = "\"Cmd\":[\"sleep\",\"1000\"]";

  ImageAttackTest(String runtime) {}

  @Test
  void nothingOfAnImageIsRunOrLoadedByTheNode() throws Exception {
    var layer = new HostileArchive();
    for (String folder : List.of("usr/bin", "usr/local/bin", "usr/sbin", "sbin", "bin")) {
      for (String program :
          List.of(
              "xz", "unxz", "gzip", "gunzip", "pigz", "unpigz", "zstd", "bzip2", "tar", "getent",
              "cp", "chown", "crun", "runc", "conmon")) {
        layer.file(folder + "/" + program, "#!/bin/busybox sh\necho ran >>/marked\n");
      }
    }
    byte[] library = Files.readAllBytes(library());
    for (String folder : List.of("lib", "lib64", "lib/x86_64-linux-gnu", "usr/lib")) {
      for (String name : List.of("libnss_files.so.2", "libnss_trojan.so.2", "liblzma.so.5")) {
        layer.file(folder + "/" + name, 0755, library);
      }
      // Who opens one of these waits for ever.
      layer.pipe(folder + "/ld-musl-x86_64.path");
    }
    layer.pipe("etc/nsswitch.conf").pipe("etc/ld.so.cache").pipe("etc/ld.so.preload");
    layer.pipe("etc/localtime").pipe("etc/login.defs");
    String id = create(request(SLEEP, ""), layer);
    start(id, 200);
    assertThat(exec(id, "\"User\":\"web\"", "id -u")).isEqualTo("33\n");
    byte[] archive = new HostileArchive().file("new", "x").bytes();
    assertThat(put(id, "/tmp", archive).statusCode()).isEqualTo(200);
    assertThat(put(id, "/tmp", HostileArchive.gzipped().file("new", "x").bytes()).statusCode())
        .isEqualTo(200);
    assertThat(put(id, "/tmp", xz(archive)).statusCode()).isEqualTo(200);
    assertThat(get(id, "/usr").statusCode()).isEqualTo(200);
    String path = "/containers/" + id;
    assertThat(node.raw("GET", path + "/export", new byte[0]).statusCode()).isEqualTo(200);
    assertThat(node.call("GET", path + "/changes", null).status()).isEqualTo(200);
    Answer commit =
        node.call(
            "POST",
            path + "/commit",
            EngineJson.MAPPER.readTree(
                """
                {"repository":"r","tag":"","comment":"","author":"","pause":true,"changes":[]}
                """));
    assertThat(commit.status()).as(commit.toString()).isEqualTo(200);
    assertThat(get(id, "/marked").statusCode()).isEqualTo(404);
    assertThat(Files.readAllLines(Path.of("/proc/" + node.process().pid() + "/maps")))
        .noneMatch(line -> line.contains(root + "/") && line.contains(".so"));
  }

  private static Path library() {
    return List.of("/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64").stream()
        .map(folder -> Path.of(folder, "libc.so.6"))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] xz(byte[] content) throws IOException {
    var bytes = new java.io.ByteArrayOutputStream();
    try (var xz = new org.tukaani.xz.XZOutputStream(bytes, new org.tukaani.xz.LZMA2Options(0))) {
      xz.write(content);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "proc", "sys", "etc", "data", "tmp", ".dockerenv"})
  void aFolderThatTheRuntimeNeedsLeadsOutside(String name) throws Exception {
    for (String target :
        List.of(outside.toString(), "../../../../../../../../.." + outside, "/proc/1/root")) {
      String id =
          create(
              request(
                  "\"WorkingDir\":\"/data/work\",\"Volumes\":{\"/data/v\":{}}," + SLEEP,
                  "\"Tmpfs\":{\"/tmp/t\":\"\"}"),
              new HostileArchive().link(name, target));
      seesNothingOf(id);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/shm", "/dev/pts", "/dev/mqueue", "/sys/fs", "/etc/hosts"})
  void aPlaceOfAMountLeadsOutside(String place) throws Exception {
    String id =
        create(
            request(SLEEP, ""),
            new HostileArchive()
                .link(place.substring(1), outside.toString())
                .link("etc/resolv.conf", outside + "/secret")
                .link("etc/hostname", "../../../../../../.." + outside + "/secret"));
    seesNothingOf(id);
  }

  @Test
  void aVolumesPlaceLeadsOutside() throws Exception {
    String id =
        create(
            request(
                SLEEP,
                """
                "Binds":["/a","named:/b"],"Tmpfs":{"/c":""},
                "Mounts":[{"Type":"volume","Target":"/d/sub","Source":"other"}]
                """),
            new HostileArchive()
                .link("a", outside.toString())
                .link("b", "../../../../../../.." + outside)
                .link("c", outside.toString())
                .link("d", root.toString()));
    assertThat(get(id, "/a/secret").statusCode()).as("of one that never ran").isEqualTo(404);
    seesNothingOf(id);
    for (String volume : List.of("/a/", "/b/", "/c/")) {
      assertThat(text(get(id, volume))).doesNotContain(SECRET);
    }
  }

  @Test
  void aVolumeIsFilledFromNowhereElse() throws Exception {
    String id =
        create(
            request(SLEEP, "\"Binds\":[\"/dir\"]"),
            new HostileArchive()
                .folder("dir")
                .link("dir/secret", outside + "/secret")
                .link("dir/sub", outside.toString())
                .device("dir/disk", true, 254, 0)
                .pipe("dir/pipe"));
    seesNothingOf(id);
    assertThat(text(get(id, "/dir/sub/secret"))).doesNotContain(SECRET);
    assertThat(exec(id, "", "head -c 1 /dir/disk")).contains("ermi");
  }

  @Test
  void pathsToHideOrToProtectLeadOutside() throws Exception {
    String id =
        create(
            request(
                SLEEP,
                """
                "MaskedPaths":["/m","/d/secret","/file"],
                "ReadonlyPaths":["/r","/d","/proc/sys","/proc/sysrq-trigger"]
                """),
            new HostileArchive()
                .link("m", outside + "/secret")
                .link("r", outside.toString())
                .link("d", outside.toString())
                .file("file", "of the image"));
    seesNothingOf(id);
    if (node.inspect(id).at("/State/Running").asBoolean()) {
      assertThat(exec(id, "", "cat /file")).doesNotContain("of the image");
    }
  }

  @Test
  void theListOfUsersLeadsOutside() throws Exception {
    for (String target : List.of("/etc/passwd", outside + "/secret", "/proc/1/root/etc/passwd")) {
      String id = create(request(SLEEP, ""), new HostileArchive().link("etc/passwd", target));
      start(id, 200);
      assertThat(exec(id, "\"User\":\"daemon\"", "id -u")).contains("unable to find user daemon");
      assertThat(exec(id, "\"User\":\"7\"", "id -u")).isEqualTo("7\n");
    }
  }

  /** Who opens it waits for ever, and the runtime would. */
  @Test
  void theListOfUsersIsAPipe() throws Exception {
    for (String list : List.of("etc/passwd", "etc/group")) {
      for (HostileArchive layer :
          List.of(
              new HostileArchive().pipe(list),
              new HostileArchive().pipe("tmp/pipe").link(list, "/tmp/pipe"))) {
        assertThat(start(create(request(SLEEP, ""), layer), 400).detail())
            .isEqualTo("unable to find users: /" + list + " is no regular file");
      }
    }
    Path folder = Files.createDirectory(root.resolve("lists"));
    Path pipe = folder.resolve("group");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    for (String bind :
        List.of(folder + ":/etc", pipe + ":/etc/group", pipe + ":/etc/x/../passwd")) {
      String id = node.create(request(SLEEP, "\"Binds\":[\"" + bind + "\"]"));
      assertThat(start(id, 400).detail()).as(bind).contains("is no regular file");
    }
  }

  @Test
  void theListOfUsersBecomesAPipe() throws Exception {
    String id = ready("rm /etc/passwd && mkfifo /etc/passwd", "");
    assertThat(exec(id, "", "true")).contains("/etc/passwd is no regular file");
    id = ready("mkfifo /etc/x/group", "\"Tmpfs\":{\"/etc/x\":\"\"}");
    assertThat(exec(id, "", "echo ran")).isEqualTo("ran\n");
    id = ready("mkfifo /etc/group", "\"Tmpfs\":{\"/etc\":\"\"}");
    assertThat(exec(id, "", "true")).contains("/etc/group is no regular file");
  }

  @Test
  void theListOfUsersIsAFolderOrEndless() throws Exception {
    byte[] huge = new byte[20 << 20];
    Arrays.fill(huge, (byte) 'a');
    for (HostileArchive layer :
        List.of(
            new HostileArchive().folder("etc/passwd"),
            new HostileArchive().file("etc/passwd", 0644, huge))) {
      String id = create(request(SLEEP, ""), layer);
      // What is no file is refused.
      if (start(id, 200, 400, 500).status() == 200) {
        assertThat(exec(id, "\"User\":\"web\"", "id -u")).contains("unable to find user web");
        // Besides, on the other stream, what id thinks of the list.
        assertThat(exec(id, "\"User\":\"7\"", "id -u").lines()).contains("7");
      }
    }
  }

  /** It is refused or runs; either way it has nothing of the host. */
  private static void seesNothingOf(String id) throws Exception {
    // What the runtime refuses is told in its words, and counts as a fault of the start.
    Answer answer = start(id, 200, 400, 500);
    if (answer.status() == 200) {
      String inside =
          exec(
              id,
              "\"WorkingDir\":\"/\"",
              """
              cat OUT/secret; ls -R OUT /data /etc
              head -c 1 /proc/kcore; grep CapBnd /proc/self/status
              echo x >/proc/sys/kernel/domainname; echo x >/proc/sysrq-trigger
              """
                  .replace("OUT", outside.toString()));
      assertThat(inside)
          .doesNotContain(SECRET)
          .contains("CapBnd:\t00000000a80425fb")
          .contains("can't create /proc/sys/kernel/domainname")
          .contains("can't create /proc/sysrq-trigger");
    } else {
      assertThat(answer.detail()).isNotEmpty();
    }
    assertThat(text(get(id, outside + "/secret"))).doesNotContain(SECRET);
    assertThat(text(node.raw("GET", "/containers/" + id + "/export", new byte[0])))
        .doesNotContain(SECRET);
  }
}
