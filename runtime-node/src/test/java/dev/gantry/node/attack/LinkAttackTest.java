package dev.gantry.node.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process in the container changes the path that is copied from, or to, meanwhile. */
@ParameterizedClass
@ValueSource(strings = "crun")
class LinkAttackTest extends Attacked {
  private static final int COPIES = 500;
  private static final int STARTS = 20;

  LinkAttackTest(String runtime) {}

  @ParameterizedTest
  @ValueSource(strings = {"", "/vol"})
  void aLinkIsSwappedUnderFiveHundredCopies(String where) throws Exception {
    String place = where + "/s";
    String id =
        ready(
            """
            mkdir -p OUT; echo inside >OUT/secret
            swap() { while :; do ln -s OUT PLACE; rm PLACE; mkdir PLACE; echo mine >PLACE/secret; rm -r PLACE; done; }
            swap 2>/dev/null &
            """
                .strip()
                .replace("OUT", outside.toString())
                .replace("PLACE", place),
            "\"Binds\":[\"/vol\"]");
    int before = node.descriptors();
    byte[] evil = new HostileArchive().file("evil", "x").bytes();
    byte[] deep = new HostileArchive().file("s/evil", "x").link("s/evil", "x").bytes();
    int found = 0;
    for (int i = 0; i < COPIES; i++) {
      HttpResponse<byte[]> read = get(id, i % 2 == 0 ? place + "/secret" : place + "/.");
      assertThat(text(read)).doesNotContain(SECRET);
      found += read.statusCode() == 200 ? 1 : 0;
      HttpResponse<byte[]> written = i % 2 == 0 ? put(id, place, evil) : put(id, where + "/", deep);
      assertThat(written.statusCode()).as(text(written)).isIn(200, 400, 404);
    }
    assertThat(found).as("copies that found something").isPositive();
    assertThat(node.descriptors()).isLessThan(before + 50);
  }

  @Test
  void aFileIsSwappedForAPipeAndADevice() throws Exception {
    String id =
        ready(
            """
            mkdir /d
            (while :; do echo x >/d/f; rm /d/f; mkfifo /d/f; rm /d/f; mknod /d/f b 254 0; rm /d/f; done) 2>/dev/null &
            """
                .strip(),
            "");
    for (int i = 0; i < COPIES; i++) {
      assertThat(get(id, i % 2 == 0 ? "/d" : "/d/f").statusCode()).isIn(200, 404);
      byte[] file = new HostileArchive().file("f", "new").bytes();
      assertThat(put(id, "/d", file).statusCode()).isIn(200, 400);
    }
    assertThat(node.raw("GET", "/containers/" + id + "/export", new byte[0]).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aFolderIsMovedAwayWhileItIsWalked() throws Exception {
    String id =
        ready(
            """
            mkdir -p /a/b/c/d /x; echo mine >/a/b/c/d/f
            (while :; do mv /a/b/c /x/c; mv /x/c /a/b/c; done) 2>/dev/null &
            """
                .strip(),
            "");
    byte[] deep = new HostileArchive().file("c/d/e/f/evil", "x").bytes();
    for (int i = 0; i < COPIES / 5; i++) {
      assertThat(get(id, "/a").statusCode()).isIn(200, 404);
      assertThat(put(id, "/a/b", deep).statusCode()).isIn(200, 400, 404);
    }
  }

  /** Swaps a folder of a volume for links out of it. */
  private static void swapping(String volume) throws Exception {
    String unused =
        ready(
            """
            (while :; do mkdir -p /v/s/in; echo mine >/v/s/secret; rm -rf /v/s
            ln -s OUT /v/s; rm /v/s; ln -s ../../../../../../../../..OUT /v/s; rm /v/s; done) 2>/dev/null &
            """
                .strip()
                .replace("OUT", outside.toString()),
            "\"Binds\":[\"" + volume + ":/v\"]");
  }

  @Test
  void aSubpathIsSwappedWhileItIsMounted() throws Exception {
    swapping("shared");
    String mount =
        """
        "Mounts":[{"Type":"volume","Source":"shared","Target":"/p","VolumeOptions":{"Subpath":"s"}}]
        """;
    for (int i = 0; i < STARTS; i++) {
      String id = node.create(request(shell("cat /p/secret; ls /p"), mount));
      assertThat(text(get(id, "/p"))).doesNotContain(SECRET);
      assertThat(outcome(id)).doesNotContain(SECRET);
    }
  }

  /** CVE-2021-30465. */
  @Test
  void aPlaceOfAMountIsSwappedWhileItIsMounted() throws Exception {
    swapping("shared");
    for (int i = 0; i < STARTS; i++) {
      String id =
          node.create(
              request(
                  shell("cat /v/s/secret OUT/secret".replace("OUT", outside.toString())),
                  "\"Binds\":[\"shared:/v\",\"other:/v/s/in\"]"));
      assertThat(text(get(id, "/v/s/in"))).doesNotContain(SECRET);
      assertThat(outcome(id)).doesNotContain(SECRET);
      assertThat(outside).isDirectoryNotContaining(path -> path.endsWith("in"));
    }
  }
}
