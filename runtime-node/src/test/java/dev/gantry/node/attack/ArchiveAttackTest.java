package dev.gantry.node.attack;

import static dev.gantry.node.attack.HostileArchive.header;
import static dev.gantry.node.attack.HostileArchive.joined;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.node.running.RunningNode.Answer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives for {@code cp}, and layers of images, that are to be unpacked somewhere else. */
@ParameterizedClass
@ValueSource(strings = "crun")
class ArchiveAttackTest extends Attacked {
  private static final String SLEEP = "\"Cmd\":[\"sleep\",\"1000\"]";

  ArchiveAttackTest(String runtime) {}

  private record Named(String name, HostileArchive archive) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What is refused, whether an archive for a container or a layer. */
  private static Stream<Named> refused() {
    String out = String.valueOf(outside);
    return Stream.of(
        new Named("up", new HostileArchive().file("../../../../../../../.." + out + "/evil", "x")),
        new Named("up in the middle", new HostileArchive().file("a/../../../.." + out, "x")),
        new Named("hard link up", new HostileArchive().hardLink("h", "../../../.." + out)),
        new Named("hard link to nothing", new HostileArchive().hardLink("h", out + "/secret")),
        new Named(
            "hard link through a link",
            new HostileArchive().link("s", out).hardLink("h", "s/secret")),
        new Named("hard link to a folder", new HostileArchive().folder("f").hardLink("h", "f")),
        new Named("long name", new HostileArchive().file("n".repeat(300), "x")),
        new Named("long path", new HostileArchive().file("n/".repeat(3000) + "f", "x")),
        new Named("deep path", new HostileArchive().file("n/".repeat(300) + "f", "x")),
        new Named("long link", new HostileArchive().link("l", "n/".repeat(3000))),
        new Named("loop", new HostileArchive().link("l", "l").file("l/f", "x")),
        new Named("below a file", new HostileArchive().file("f", "x").file("f/g", "x")),
        new Named(
            "a capability that is none",
            new HostileArchive().attribute("security.capability", new byte[3]).file("f", "x")),
        new Named(
            "an attribute that is too large",
            new HostileArchive().attribute("user.a", new byte[70_000]).file("f", "x")),
        new Named(
            "an attribute with two names",
            new HostileArchive().attribute("user.a\0b", new byte[1]).file("f", "x")),
        new Named(
            "a name with two ends",
            new HostileArchive().described("path", "f\0/../../g".getBytes(UTF_8)).file("f", "x")),
        new Named(
            "a link with two ends",
            new HostileArchive().described("linkpath", "f\0g".getBytes(UTF_8)).link("l", "x")),
        new Named("another disk's number", new HostileArchive().device("d", true, 4096 + 8, 0)),
        new Named("a number too many", new HostileArchive().device("d", true, 8, 1 << 20)),
        new Named("an unknown kind", new HostileArchive().kind('Z', "z")),
        new Named("a volume's label", new HostileArchive().kind('V', "v")),
        new Named("endless holes", new HostileArchive().sparse("f", Integer.MAX_VALUE)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void anArchiveThatLeadsNowhereIsRefused(Named attack) throws Exception {
    byte[] tar = attack.archive().bytes();
    String id = node.create(request(SLEEP, ""));
    for (boolean running : new boolean[] {false, true}) {
      if (running) {
        start(id, 200);
      }
      HttpResponse<byte[]> answer = put(id, "/data", tar);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
    }
    Answer layer = node.create(request(SLEEP, ""), "", tar);
    assertThat(layer.status()).as(layer.toString()).isBetween(400, 499);
  }

  @Test
  void whatLeadsOutsideStaysInside() throws Exception {
    byte[] tar =
        new HostileArchive()
            .file(outside + "/absolute", "1")
            .link("s", outside.toString())
            .file("s/through", "2")
            .link("up", "../../../../../../../.." + outside)
            .file("up/through", "3")
            .link("secret", outside + "/secret")
            .hardLink("second", "secret")
            .file("secret", "replaced")
            .link("folder", outside.toString())
            .folder("folder")
            .file("folder/in", "4")
            .bytes();
    String id = node.create(request(SLEEP, ""));
    start(id, 200);
    HttpResponse<byte[]> answer = put(id, "/data", tar);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(
            exec(
                id,
                "",
                "cat /dataOUT/absolute /data/s/through /data/up/through /data/secret /data/folder/in"
                    .replace("OUT", outside.toString())))
        .isEqualTo("123replaced4");
    node.call("DELETE", "/containers/" + id + "?force=true", null);
    Answer layered = node.create(request(SLEEP, ""), "", tar);
    assertThat(layered.status()).as(layered.toString()).isEqualTo(201);
  }

  @Test
  void devicesAreMadeAndCannotBeUsed() throws Exception {
    String id = node.create(request(SLEEP, "\"Binds\":[\"/vol\"]"));
    start(id, 200);
    byte[] tar =
        new HostileArchive()
            .device("disk", true, 254, 0)
            .device("memory", false, 1, 1)
            .device("kmsg", false, 1, 11)
            .bytes();
    for (String folder : List.of("/data/", "/vol/")) {
      assertThat(put(id, folder, tar).statusCode()).isEqualTo(200);
      for (String device : List.of("disk", "memory", "kmsg")) {
        assertThat(exec(id, "", "head -c 1 " + folder + device)).contains("not permitted");
      }
      HttpResponse<byte[]> back = get(id, folder);
      assertThat(back.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatIsThereGivesWayAndIsNotWrittenThrough() throws Exception {
    String id =
        ready(
            "cd /data; mkfifo p; mknod n c 1 3; ln -s %s/secret l; ln -s %s f"
                .formatted(outside, outside),
            "");
    byte[] tar =
        new HostileArchive()
            .file("p", "1")
            .file("n", "2")
            .file("l", "3")
            .folder("f")
            .file("f/g", "4")
            .bytes();
    assertThat(put(id, "/data", tar).statusCode()).isEqualTo(200);
    assertThat(exec(id, "", "cd /data; cat p n l f/g")).isEqualTo("1234");
  }

  /** What is left out of a layer is told by names, which may lead elsewhere as well. */
  @Test
  void whiteoutsStayInside() throws Exception {
    var layer =
        new HostileArchive()
            .link("s", outside.toString())
            .file("s/.wh.secret", "")
            .file("s/.wh..wh..opq", "")
            .link("up", "../../../../../../../.." + outside)
            .file("up/.wh.secret", "")
            .file("up/.wh..wh..opq", "")
            .file(outside + "/.wh.secret", "");
    start(create(request(SLEEP, ""), layer), 200);
    for (String name :
        List.of(
            ".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh..", "d/.wh...", ".wh..wh.", "../.wh.x")) {
      Answer refused =
          node.create(request(SLEEP, ""), "", new HostileArchive().file(name, "").bytes());
      assertThat(refused.status()).as(name + " " + refused).isEqualTo(400);
    }
  }

  /** Descriptions of descriptions, and content that nobody asked for or that breaks off. */
  @Test
  void anArchiveNoLibraryWouldWriteIsRefusedOrUnpacked() throws Exception {
    byte[] end = new byte[1024];
    byte[] nested = new byte[0];
    for (int i = 0; i < 2000; i++) {
      nested = joined(nested, header("xg".charAt(i % 2), "p", 0));
    }
    byte[] crowded =
        new HostileArchive().attribute("user.a", new byte[60_000]).file("f", "x").bytes();
    String id = node.create(request(SLEEP, ""));
    for (byte[] tar :
        List.of(
            joined(nested, header('0', "f", 0), end),
            joined(header('0', "f", 5000), new byte[1024]),
            joined(header('5', "d", 1L << 32), end),
            joined(header('1', "h", 1L << 32), end),
            joined(header('0', "f", 0), end, header('0', "../g", 0), end),
            crowded)) {
      HttpResponse<byte[]> answer = put(id, "/data", tar);
      assertThat(answer.statusCode()).as(text(answer)).isIn(200, 400);
      Answer layer = node.create(request(SLEEP, ""), "", tar);
      assertThat(layer.status()).as(layer.toString()).isIn(201, 400);
    }
  }

  /** Each folder is no deeper than may be; each lies behind a link to the last of those before. */
  @Test
  void foldersInEachOtherBehindLinks() throws Exception {
    String deep = "folder/".repeat(250);
    var archive = new HostileArchive();
    String from = "";
    for (int i = 0; i < 4; i++) {
      archive.folder(from + deep).link("l" + i, from + deep);
      from = "l" + i + "/";
    }
    String id = node.create(request(SLEEP, ""));
    byte[] tar = archive.file(from + "f", "x").bytes();
    HttpResponse<byte[]> answer = put(id, "/data", tar);
    assertThat(answer.statusCode()).as(text(answer)).isIn(200, 400);
    Answer layered = node.create(request(SLEEP, ""), "", tar);
    assertThat(layered.status()).as(layered.toString()).isIn(201, 400);
  }
}
