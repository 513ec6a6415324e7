package dev.gantry.node.running;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.EngineJson;
import dev.gantry.node.kernel.Mounts;
import dev.gantry.node.kernel.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Files of containers, read and written from outside; and those who try to get out that way. */
@SuppressWarnings("NullAway.Init") // the fields are set before the tests
class FilesTest {
  private static Path root;
  private static RunningNode node;
  private String id = "";

  @BeforeAll
  static void start() throws Exception {
    root = Files.createTempDirectory("gantry-files");
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9", "crun");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    Trees.delete(root);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private void run(String script, String host) throws Exception {
    id =
        node.create(
            """
            {"Image":"b","Cmd":["sh","-c",%s],"HostConfig":{"NetworkMode":"none"%s}}
            """
                .formatted(EngineJson.MAPPER.writeValueAsString(script), host));
    node.call("POST", "/containers/" + id + "/start", null);
  }

  /** A container whose script has come to its end; it runs on. */
  private void ready(String script, String host) throws Exception {
    run(script + "; echo ready; exec sleep 1000", host);
    await().until(() -> node.logs(id).contains("ready"));
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return node.raw("GET", archive(path), new byte[0]);
  }

  private HttpResponse<byte[]> put(String path, byte[] tar) throws Exception {
    return node.raw("PUT", archive(path), tar);
  }

  private String archive(String path) {
    return "/containers/"
        + id
        + "/archive?path="
        + java.net.URLEncoder.encode(path, UTF_8).replace("%26", "&").replace("%3D", "=");
  }

  private JsonNode stat(String path) throws Exception {
    HttpResponse<byte[]> answer = node.raw("HEAD", archive(path), new byte[0]);
    return EngineJson.MAPPER.readTree(
        Base64.getDecoder()
            .decode(answer.headers().firstValue("X-Docker-Container-Path-Stat").orElseThrow()));
  }

  /** Names with content, or with the link that they are. */
  private static Map<String, String> entries(byte[] tar) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    var in = new TarArchiveInputStream(new ByteArrayInputStream(tar));
    for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      entries.put(
          entry.getName(),
          entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()
              ? new String(in.readAllBytes(), UTF_8)
              : entry.getLinkName());
    }
    return entries;
  }

  private static byte[] tar(TarArchiveEntry entry, String content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new TarArchiveOutputStream(bytes)) {
      add(out, entry, content);
    }
    return bytes.toByteArray();
  }

  private static void add(TarArchiveOutputStream out, TarArchiveEntry entry, String content)
      throws IOException {
    if (entry.isFile() && !entry.isLink()) {
      entry.setSize(content.getBytes(UTF_8).length);
    }
    out.putArchiveEntry(entry);
    if (entry.isFile() && !entry.isLink()) {
      out.write(content.getBytes(UTF_8));
    }
    out.closeArchiveEntry();
  }

  private static TarArchiveEntry link(String name, byte kind, String target) {
    var entry = new TarArchiveEntry(name, kind, true);
    entry.setLinkName(target);
    return entry;
  }

  private static byte[] file(String name, String content) throws IOException {
    return tar(new TarArchiveEntry(name, true), content);
  }

  @Test
  void aPathIsReadAsItsContainerSeesIt() throws Exception {
    ready(
        "mkdir -p /d/e; echo hi >/d/f; ln -s f /d/l; ln -s /nope /d/dangling; ln -s /d /dl;"
            + " ln /d/f /d/second; echo v >/vol/x; echo t >/tmpfs/y",
        ",\"Binds\":[\"/vol\"],\"Tmpfs\":{\"/tmpfs\":\"\"}");
    assertThat(entries(get("/d").body()))
        .containsExactly(
            Map.entry("d/", ""),
            Map.entry("d/dangling", "/nope"),
            Map.entry("d/e/", ""),
            Map.entry("d/f", "hi\n"),
            Map.entry("d/l", "f"),
            Map.entry("d/second", "d/f"));
    assertThat(entries(get("/dl").body())).containsExactly(Map.entry("dl", "/d"));
    assertThat(entries(get("/dl/").body())).containsKeys("dl/", "dl/f");
    assertThat(entries(get("/d/.").body())).containsKeys("./", "./f");
    assertThat(entries(get("vol/x").body())).containsExactly(Map.entry("x", "v\n"));
    assertThat(entries(get("/tmpfs/y").body())).containsExactly(Map.entry("y", "t\n"));
    assertThat(stat("/d/l").get("linkTarget").asString()).isEqualTo("/d/f");
    assertThat(stat("/d/dangling").get("linkTarget").asString()).isEqualTo("/nope");
    assertThat(stat("/d").get("mode").asLong()).isEqualTo((1L << 31) | 0755);
    assertThat(stat("/").get("name").asString()).isEqualTo("/");
    assertThat(get("/nope").statusCode()).isEqualTo(404);
    assertThat(get("/d/f/").statusCode()).isEqualTo(400);
    assertThat(get("").statusCode()).isEqualTo(400);
    assertThat(get("/proc/self/root/etc").statusCode()).isEqualTo(404);
  }

  @Test
  void filesGoInAndOutWhetherTheContainerRunsOrNot() throws Exception {
    ready("mkdir -p /d/n/full; echo old >/d/a", ",\"Binds\":[\"/vol\"]");
    for (boolean running : new boolean[] {true, false}) {
      if (!running) {
        node.call("POST", "/containers/" + id + "/stop?t=0", null);
      }
      assertThat(put("/d", file("sub/b", "new")).statusCode()).isEqualTo(200);
      assertThat(entries(get("/d/sub/b").body())).containsEntry("b", "new");
      assertThat(put("/vol", file("x", "in " + running)).statusCode()).isEqualTo(200);
      assertThat(entries(get("/vol/x").body())).containsEntry("x", "in " + running);
      assertThat(put("/d&noOverwriteDirNonDir=1", file("n", "")).statusCode()).isEqualTo(400);
      assertThat(put("/d/a", file("n", "")).statusCode()).isEqualTo(400);
      assertThat(put("/nope", file("n", "")).statusCode()).isEqualTo(404);
    }
    node.call("POST", "/containers/" + id + "/start", null);
    assertThat(entries(get("/d/sub/b").body())).containsEntry("b", "new");
    assertThat(put("/d", file("n", "no folder")).statusCode()).isEqualTo(200);
    assertThat(entries(get("/d/n").body())).containsEntry("n", "no folder");
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(file("z", "packed"));
    }
    assertThat(put("/d", packed.toByteArray()).statusCode()).isEqualTo(200);
    assertThat(entries(get("/d/z").body())).containsEntry("z", "packed");
  }

  @Test
  void aContainerThatNeverRanHasItsPlacesAndWhatTheImageHasThere() throws Exception {
    id =
        node.create(
            """
            {"Image":"b","Cmd":["true"],"HostConfig":{"NetworkMode":"none","Binds":["/etc","/new"]}}
            """);
    assertThat(entries(get("/etc").body())).containsKeys("etc/", "etc/passwd");
    assertThat(put("/new", file("x", "early")).statusCode()).isEqualTo(200);
    assertThat(put("/etc", file("y", "beside")).statusCode()).isEqualTo(200);
    assertThat(entries(get("/etc").body())).containsKeys("etc/passwd", "etc/y");
    assertThat(entries(get("/new").body())).containsEntry("new/x", "early");
  }

  @Test
  void whatIsReadOnlyStaysAsItIs() throws Exception {
    ready("true", ",\"Binds\":[\"ro:/vol:ro\"],\"ReadonlyRootfs\":true");
    assertThat(put("/etc", file("x", "")).statusCode()).isEqualTo(403);
    assertThat(put("/vol", file("x", "")).statusCode()).isEqualTo(403);
    node.call("POST", "/containers/" + id + "/stop?t=0", null);
    assertThat(put("/etc", file("x", "")).statusCode()).isEqualTo(403);
    assertThat(put("/vol", file("x", "")).statusCode()).isEqualTo(403);
  }

  @Test
  void filesBecomeThoseOfTheContainersUserWhereAsked() throws Exception {
    id =
        node.create(
            """
            {"Image":"b","Cmd":["sleep","1000"],"User":"1000:1001","HostConfig":{"NetworkMode":"none"}}
            """);
    node.call("POST", "/containers/" + id + "/start", null);
    var entry = new TarArchiveEntry("mine", true);
    entry.setIds(1234, 1235);
    assertThat(put("/tmp", tar(entry, "x")).statusCode()).isEqualTo(200);
    assertThat(ownersOf("/tmp/mine")).containsExactly(1234, 1235);
    assertThat(put("/tmp&copyUIDGID=1", tar(entry, "x")).statusCode()).isEqualTo(200);
    assertThat(ownersOf("/tmp/mine")).containsExactly(1000, 1001);
  }

  private long[] ownersOf(String path) throws Exception {
    var tar = new TarArchiveInputStream(new ByteArrayInputStream(get(path).body()));
    TarArchiveEntry entry = tar.getNextEntry();
    return new long[] {entry.getLongUserId(), entry.getLongGroupId()};
  }

  @Test
  void hostileArchivesStayInside() throws Exception {
    ready("mkdir /d", "");
    Path outside = Files.createDirectory(root.resolve("outside"));
    assertThat(put("/d", file("../../../../../../.." + outside + "/evil", "x")).statusCode())
        .isEqualTo(400);
    assertThat(
            put("/d", tar(link("hard", TarConstants.LF_LINK, "../../etc/passwd"), "")).statusCode())
        .isEqualTo(400);
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      add(tar, link("out", TarConstants.LF_SYMLINK, outside.toString()), "");
      add(tar, new TarArchiveEntry("out/evil", true), "x");
    }
    put("/d", bytes.toByteArray());
    assertThat(outside).isEmptyDirectory();
    assertThat(put("/d", "not an archive".getBytes(UTF_8)).statusCode()).isEqualTo(400);
    byte[] cut = file("cut", "x".repeat(5000));
    assertThat(put("/d", java.util.Arrays.copyOf(cut, 2000)).statusCode()).isEqualTo(400);
    assertThat(put("/d", description(300 << 20)).statusCode()).isEqualTo(400);
    assertThat(node.isAlive()).isTrue();
    Files.delete(outside);
  }

  /** An entry that is described by very many bytes, which gzip makes few of. */
  private static byte[] description(int size) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes);
        var tar = new TarArchiveOutputStream(gzip)) {
      var header = new TarArchiveEntry("long", TarConstants.LF_GNUTYPE_LONGNAME);
      header.setSize(size);
      tar.putArchiveEntry(header);
      byte[] some = new byte[1 << 20];
      java.util.Arrays.fill(some, (byte) 'a');
      for (int i = 0; i < size; i += some.length) {
        tar.write(some);
      }
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  @Test
  void aLinkThatIsSwappedAllTheTimeLeadsNowhere() throws Exception {
    Path outside = Files.createDirectory(root.resolve("swapped"));
    Files.writeString(outside.resolve("secret"), "of the host");
    run(
        "while :; do ln -s %s /s; rm /s; mkdir /s; echo mine >/s/secret; rm -r /s; done"
            .formatted(outside),
        "");
    int before = node.descriptors();
    int found = 0;
    for (int i = 0; i < 250; i++) {
      HttpResponse<byte[]> read = get("/s/secret");
      if (read.statusCode() == 200) {
        assertThat(new String(read.body(), UTF_8)).doesNotContain("of the host");
        found++;
      }
      put("/s", file("evil", "x"));
    }
    assertThat(found).isPositive();
    assertThat(outside).isDirectoryContaining("glob:**/secret");
    assertThat(outside).isDirectoryNotContaining("glob:**/evil");
    assertThat(node.descriptors()).isLessThan(before + 50);
    Trees.delete(outside);
  }

  @Test
  void whatTheContainerChangedIsListedAndExported() throws Exception {
    ready("mkdir /d; echo x >/d/f; rm /etc/passwd; echo v >/vol/x", ",\"Binds\":[\"/vol\"]");
    for (boolean running : new boolean[] {true, false}) {
      if (!running) {
        node.call("POST", "/containers/" + id + "/stop?t=0", null);
      }
      Map<String, Integer> changes = new LinkedHashMap<>();
      for (JsonNode change : node.call("GET", "/containers/" + id + "/changes", null).body()) {
        changes.put(change.get("Path").asString(), change.get("Kind").asInt());
      }
      assertThat(changes)
          .containsExactly(
              Map.entry("/d", 1),
              Map.entry("/d/f", 1),
              Map.entry("/etc", 0),
              Map.entry("/etc/passwd", 2),
              Map.entry("/vol", 1));
      Map<String, String> exported =
          entries(node.raw("GET", "/containers/" + id + "/export", new byte[0]).body());
      assertThat(exported).containsKey(".dockerenv");
      assertThat(exported)
          .containsEntry("d/f", "x\n")
          .containsKey("vol/")
          .containsKey("bin/busybox");
      assertThat(exported).doesNotContainKey("vol/x").doesNotContainKey("etc/passwd");
    }
    assertThat(Mounts.below(root)).noneMatch(path -> path.endsWith("mounts"));
  }
}
