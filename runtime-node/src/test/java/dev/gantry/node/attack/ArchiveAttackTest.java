package dev.gantry.node.attack;

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
            new HostileArchive().attribute("security.capability", new byte[3]).file("f", "x")));
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

  @Test
  void aLayerThatSaysItIsEndlessIsRefused() throws Exception {
    Answer layer =
        node.create(request(SLEEP, ""), "", new HostileArchive().sparse("f", 1L << 50).bytes());
    assertThat(layer.status()).as(layer.toString()).isBetween(400, 499);
  }
}
