package dev.gantry.node.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.node.running.RunningNode.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A number that the kernel would take for another one: nobody becomes root that way. */
@ParameterizedClass
@ValueSource(strings = "crun")
class UserAttackTest extends Attacked {
  private static final String SLEEP = "\"Cmd\":[\"sleep\",\"1000\"]";

  UserAttackTest(String runtime) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2147483648",
        "4294967295",
        "4294967296",
        "18446744073709551616",
        "99999999999999999999999",
        "-1",
        "0:2147483648",
        "1000:4294967296",
        "1000:-1",
        "0x0",
        "+0",
        "٠"
      })
  void aUserIsBeyondAllNumbers(String user) throws Exception {
    String asked = "\"User\":\"" + user + "\"";
    refuses(node.create(request(asked + "," + shell("id"), "")));
    refuses(
        created(
            node.create(
                request(shell("id"), ""), "{\"Env\":[\"PATH=/bin\"]," + asked + "}", empty())));
    String running = node.create(request(SLEEP, ""));
    start(running, 200);
    assertThat(exec(running, asked, "id")).doesNotContain("uid=").containsAnyOf("range", "unable");
  }

  @Test
  void anAdditionalGroupIsBeyondAllNumbers() throws Exception {
    for (String group : new String[] {"2147483648", "4294967296", "-1"}) {
      refuses(node.create(request(shell("id"), "\"GroupAdd\":[\"" + group + "\"]")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wraps", "beyond", "minus", "signed", "hex", "none", "group"})
  void theImagesListOfUsersIsBeyondAllNumbers(String user) throws Exception {
    String passwd =
        """
        wraps:x:4294967296:4294967296::/:/bin/sh
        beyond:x:2147483648:1::/:/bin/sh
        minus:x:-1:1::/:/bin/sh
        signed:x:+0:1::/:/bin/sh
        hex:x:0x0:1::/:/bin/sh
        none:x::1::/:/bin/sh
        group:x:1:4294967296::/:/bin/sh
        """;
    var layer = new HostileArchive().file("etc/passwd", passwd);
    refuses(create(request("\"User\":\"" + user + "\"," + shell("id"), ""), layer));
  }

  @Test
  void digitsAreNeverAName() throws Exception {
    var layer =
        new HostileArchive()
            .file("etc/passwd", "1000:x:0:0::/root:/bin/sh\n2147483648:x:0:0::/root:/bin/sh\n")
            .file("etc/group", "1001:x:0:\n");
    String id = create(request(SLEEP, ""), layer);
    start(id, 200);
    assertThat(exec(id, "\"User\":\"1000\"", "id -u; id -g")).isEqualTo("1000\n0\n");
    assertThat(exec(id, "\"User\":\"1000:1001\"", "id -u; id -g")).isEqualTo("1000\n1001\n");
    assertThat(exec(id, "\"User\":\"2147483648\"", "id")).contains("range");
    assertThat(exec(id, "\"User\":\"2147483647\"", "id -u")).isEqualTo("2147483647\n");
  }

  @Test
  void anArchivesOwnerIsBeyondAllNumbers() throws Exception {
    String id = node.create(request(SLEEP, ""));
    start(id, 200);
    for (long owner : new long[] {4294967295L, 4294967296L, 1L << 40}) {
      byte[] archive = new HostileArchive().owner(owner).file("f", "x").bytes();
      assertThat(put(id, "/tmp", archive).statusCode()).isEqualTo(400);
      Answer layer = node.create(request(SLEEP, ""), "", archive);
      assertThat(layer.status()).as(layer.toString()).isBetween(400, 499);
    }
    byte[] largest = new HostileArchive().owner(4294967294L).file("f", "x").bytes();
    assertThat(put(id, "/tmp", largest).statusCode()).isEqualTo(200);
    assertThat(exec(id, "", "stat -c %u:%g /tmp/f")).isEqualTo("4294967294:4294967294\n");
  }

  private static byte[] empty() {
    return new HostileArchive().folder("nothing").bytes();
  }

  private static void refuses(String id) throws Exception {
    assertThat(outcome(id)).doesNotContain("uid=").containsAnyOf("range", "unable");
  }
}
