package dev.gantry.node.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.node.kernel.Trees;
import dev.gantry.node.running.RunningNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A container that may change its own network says that it is another one. */
class SpoofingTest {
  private static Path root = Path.of("");
  private static RunningNode node;
  private String victim = "";
  private String witness = "";
  private String attacker = "";

  @BeforeAll
  static void start() throws Exception {
    root = Files.createTempDirectory("gantry-spoofing");
    node = new RunningNode(root, "127.0.0.1:9", "crun");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    Trees.delete(root);
  }

  @BeforeEach
  void run() throws Exception {
    victim = run("");
    witness = run("");
    attacker = run(",\"CapAdd\":[\"NET_ADMIN\",\"NET_RAW\"]");
    assertThat(reaches(attacker, address(witness))).as("as itself").isTrue();
    assertThat(reaches(witness, address(victim))).isTrue();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String run(String more) throws Exception {
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"net-1"%s},
             "NetworkingConfig":{"EndpointsConfig":{"net-1":{"NetworkID":"net-1"}}}}
            """
                .formatted(more));
    assertThat(node.call("POST", "/containers/" + id + "/start", null).detail()).isEmpty();
    return id;
  }

  private static String endpoint(String id, String field) throws Exception {
    return node.inspect(id).at("/NetworkSettings/Networks/net-1/" + field).asString();
  }

  private static String address(String id) throws Exception {
    return endpoint(id, "IPAddress");
  }

  private static boolean reaches(String id, String address) throws Exception {
    return ping(id, address).contains(" 0% packet loss");
  }

  private static String ping(String id, String... how) throws Exception {
    String[] command = new String[how.length + 5];
    System.arraycopy(new String[] {"ping", "-c", "1", "-W", "2"}, 0, command, 0, 5);
    System.arraycopy(how, 0, command, 5, how.length);
    return node.output(id, command);
  }

  private String inAttacker(String script) throws Exception {
    return node.output(attacker, "sh", "-c", script + " 2>&1");
  }

  /** What the witness has received of pings, whoever they were from (proc(5), /proc/net/snmp). */
  private long heard() throws Exception {
    String lines = node.output(witness, "grep", "Icmp:", "/proc/net/snmp");
    String[] names = lines.lines().findFirst().orElseThrow().split(" ");
    String[] values = lines.lines().skip(1).findFirst().orElseThrow().split(" ");
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals("InEchos")) {
        return Long.parseLong(values[i]);
      }
    }
    throw new IllegalStateException(lines);
  }

  @Test
  void nothingComesFromAnAddressThatIsNotItsOwn() throws Exception {
    long before = heard();
    for (String foreign : new String[] {address(victim), "192.0.2.7"}) {
      assertThat(inAttacker("ip addr add " + foreign + "/32 dev eth0")).isEmpty();
      assertThat(ping(attacker, "-I", foreign, address(witness))).contains(" 100% packet loss");
    }
    assertThat(heard()).isEqualTo(before);
    assertThat(reaches(attacker, address(witness))).as("as itself").isTrue();
    assertThat(heard()).isEqualTo(before + 1);
  }

  @Test
  void nothingComesFromAHardwareAddressThatIsNotItsOwn() throws Exception {
    long before = heard();
    String own = endpoint(attacker, "MacAddress");
    for (String foreign : new String[] {endpoint(victim, "MacAddress"), "02:99:00:00:00:01"}) {
      assertThat(inAttacker("ip link set eth0 address " + foreign)).isEmpty();
      assertThat(ping(attacker, address(witness))).contains(" 100% packet loss");
      assertThat(reaches(witness, address(victim))).as("the bridge learned nothing").isTrue();
    }
    assertThat(heard()).isEqualTo(before);
    assertThat(inAttacker("ip link set eth0 address " + own)).isEmpty();
    assertThat(reaches(attacker, address(witness))).as("as itself").isTrue();
  }

  @Test
  void nobodyBelievesAClaimToTheAddressOfAnother() throws Exception {
    String own = address(attacker);
    String mac = endpoint(attacker, "MacAddress");
    String gateway = endpoint(attacker, "Gateway");
    for (String claimed : new String[] {address(victim), gateway}) {
      assertThat(inAttacker("ip addr add " + claimed + "/32 dev eth0")).isEmpty();
      String said =
          inAttacker(
              "arping -U -c 1 -I eth0 -s %1$s %1$s; arping -A -c 1 -I eth0 -s %1$s %1$s"
                  .formatted(claimed));
      assertThat(said).contains("Sent 1 probe(s)");
    }
    assertThat(node.output(witness, "cat", "/proc/net/arp").lines())
        .filteredOn(line -> line.contains(mac))
        .allMatch(line -> line.startsWith(own + " "));
    assertThat(node.output(witness, "sh", "-c", "arping -c 1 -I eth0 " + address(victim)))
        .contains(endpoint(victim, "MacAddress"))
        .doesNotContain(endpoint(attacker, "MacAddress"));
    assertThat(reaches(witness, address(victim))).isTrue();
  }

  @Test
  void whatIsGivenToAnotherIsNotItsOwnAnyMore() throws Exception {
    String old = address(attacker);
    assertThat(node.call("DELETE", "/containers/" + attacker + "/networks/net-1", null).status())
        .isEqualTo(200);
    assertThat(
            node.call(
                    "POST",
                    "/containers/" + attacker + "/networks",
                    Map.of("name", "net-1", "endpoint", Map.of("NetworkID", "net-1")))
                .status())
        .isEqualTo(200);
    assertThat(address(attacker)).isNotEqualTo(old);
    assertThat(reaches(attacker, address(witness))).as("as itself").isTrue();
    long before = heard();
    assertThat(inAttacker("ip addr add " + old + "/32 dev eth0")).isEmpty();
    assertThat(ping(attacker, "-I", old, address(witness))).contains(" 100% packet loss");
    assertThat(heard()).isEqualTo(before);
  }
}
