package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.node.kernel.Links;
import dev.gantry.node.kernel.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Networks of a team's own: who reaches whom, under which names, and what is left of it. */
class NetworkTest {
  private static Path root = Path.of("");
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    root = Files.createTempDirectory("gantry-network");
    node = new RunningNode(root, "127.0.0.1:9");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    Trees.delete(root);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    if (!node.isAlive()) {
      node.start("");
    }
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String run(String network, String more) throws Exception {
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"%1$s"},
             "NetworkingConfig":{"EndpointsConfig":{"%1$s":{"NetworkID":"%1$s"%2$s}}}}
            """
                .formatted(network, more));
    RunningNode.Answer answer = start(id);
    assertThat(answer.status()).as(answer.detail()).isEqualTo(200);
    return id;
  }

  private static String range(int network) {
    return node.peers().range(network);
  }

  private static RunningNode.Answer start(String id) throws Exception {
    return node.call("POST", "/containers/" + id + "/start", null);
  }

  private static RunningNode.Answer connect(String id, String network) throws Exception {
    return node.call(
        "POST",
        "/containers/" + id + "/networks",
        Map.of("name", network, "endpoint", Map.of("NetworkID", network)));
  }

  private static RunningNode.Answer disconnect(String id, String network) throws Exception {
    return node.call("DELETE", "/containers/" + id + "/networks/" + network, null);
  }

  private static JsonNode endpoint(String id, String network) throws Exception {
    return node.inspect(id).at("/NetworkSettings/Networks/" + network);
  }

  private static String address(String id, String network) throws Exception {
    return endpoint(id, network).get("IPAddress").asString();
  }

  private static String lookUp(String id, String name) throws Exception {
    return node.output(id, "nslookup", name);
  }

  private static boolean reaches(String id, String address) throws Exception {
    return node.output(id, "ping", "-c", "1", "-W", "2", address).contains(" 0% packet loss");
  }

  @Test
  void aContainerIsFoundByEachOfItsNames() throws Exception {
    String web = run("net-1", ",\"Aliases\":[\"shop\",\"Front\"]");
    String client = run("net-1", "");
    String address = address(web, "net-1");
    String name = node.inspect(web).get("Name").asString().substring(1);

    for (String called : List.of(name, "shop", "front", web.substring(0, 12), "shop.net-1")) {
      assertThat(lookUp(client, called)).as(called).contains("Address: " + address);
    }
    assertThat(lookUp(client, address)).contains("name = " + name + ".net-1");
    assertThat(reaches(client, "shop")).isTrue();
    assertThat(node.output(client, "cat", "/etc/resolv.conf"))
        .contains("nameserver 127.0.0.11")
        .contains("ndots:0");
    assertThat(endpoint(web, "net-1").get("DNSNames").toString())
        .contains("shop", "Front", name, web.substring(0, 12));
  }

  @Test
  void anAliasOfSeveralHasTheAddressesOfAllThatRun() throws Exception {
    String one = run("net-1", ",\"Aliases\":[\"pool\"]");
    String other = run("net-1", ",\"Aliases\":[\"pool\"]");
    String client = run("net-1", "");
    assertThat(lookUp(client, "pool"))
        .contains("Address: " + address(one, "net-1"), "Address: " + address(other, "net-1"));

    String gone = address(one, "net-1");
    node.call("POST", "/containers/" + one + "/stop?t=0", null);

    assertThat(lookUp(client, "pool"))
        .contains("Address: " + address(other, "net-1"))
        .doesNotContain("Address: " + gone + "\n");
  }

  @Test
  void aRenamedContainerIsFoundByItsNewName() throws Exception {
    String web = run("net-1", "");
    String client = run("net-1", "");
    node.call("POST", "/containers/" + web + "/rename?name=fresh", null);

    assertThat(lookUp(client, "fresh")).contains("Address: " + address(web, "net-1"));
  }

  @Test
  void aLinkIsANameOfItsOwn() throws Exception {
    String web = run("net-1", ",\"Aliases\":[\"shop\"]");
    String client = run("net-1", ",\"Links\":[\"shop:db\"]");
    String other = run("net-1", "");

    assertThat(lookUp(client, "db")).contains("Address: " + address(web, "net-1"));
    assertThat(lookUp(other, "db")).doesNotContain(address(web, "net-1"));
  }

  @Test
  void networksAreApartUntilAContainerIsOnBoth() throws Exception {
    String web = run("net-1", ",\"Aliases\":[\"shop\"]");
    String client = run("net-2", "");
    String address = address(web, "net-1");
    assertThat(reaches(client, address)).isFalse();
    assertThat(lookUp(client, "shop")).doesNotContain(address);

    assertThat(connect(client, "net-1").status()).isEqualTo(200);

    assertThat(lookUp(client, "shop")).contains("Address: " + address);
    assertThat(reaches(client, "shop")).isTrue();
    assertThat(node.output(client, "cat", "/etc/hosts")).contains(address(client, "net-1"));
    assertThat(connect(client, "net-1").detail()).contains("already exists in network net-1");

    assertThat(disconnect(client, "net-1").status()).isEqualTo(200);

    assertThat(reaches(client, address)).isFalse();
    assertThat(lookUp(client, "shop")).doesNotContain(address);
    assertThat(node.output(client, "ip", "link")).doesNotContain("eth1");
    assertThat(disconnect(client, "net-1").detail()).contains("is not connected to network net-1");
  }

  @Test
  void namesComeToAContainerOfTheDefaultBridgeThatJoins() throws Exception {
    String web = run("net-1", ",\"Aliases\":[\"shop\"]");
    String client = node.create("{\"Image\":\"b\",\"Cmd\":[\"sleep\",\"1000\"]}");
    start(client);
    assertThat(connect(client, "net-1").status()).isEqualTo(200);

    assertThat(reaches(client, "shop")).isTrue();
    assertThat(node.output(client, "ip", "route"))
        .contains("default via " + node.peers().defaultGateway());

    assertThat(disconnect(client, "bridge").status()).isEqualTo(200);

    assertThat(reaches(client, "shop")).isTrue();
    assertThat(node.output(client, "ip", "route")).contains("default via " + range(1) + "1");
    assertThat(address(web, "net-1")).startsWith(range(1));
  }

  @Test
  void whatWasJoinedWhileStoppedIsThereAfterTheStart() throws Exception {
    String id = node.create("{\"Image\":\"b\",\"Cmd\":[\"sleep\",\"1000\"]}");
    assertThat(connect(id, "net-1").status()).isEqualTo(200);
    assertThat(disconnect(id, "bridge").status()).isEqualTo(200);
    start(id);

    assertThat(endpoint(id, "bridge").isMissingNode()).isTrue();
    assertThat(node.output(id, "ip", "-4", "addr")).contains(range(1)).doesNotContain("eth1");
  }

  @Test
  void anInternalNetworkLeadsNowhere() throws Exception {
    String web = run("net-3-internal", "");
    String client = run("net-3-internal", "");
    String outside = run("net-1", "");

    assertThat(reaches(client, address(web, "net-3-internal"))).isTrue();
    assertThat(node.output(client, "ip", "route")).doesNotContain("default");
    assertThat(reaches(outside, address(web, "net-3-internal"))).isFalse();
    assertThat(lookUp(client, "nosuch")).contains("NXDOMAIN");
  }

  @Test
  void onASilentNetworkNobodyReachesAnother() throws Exception {
    String web = run("net-4-silent", "");
    String client = run("net-4-silent", "");

    assertThat(reaches(client, address(web, "net-4-silent"))).isFalse();
    assertThat(reaches(client, range(4) + "1")).isTrue();
  }

  @Test
  void anAddressOfOnesChoiceIsGivenOnce() throws Exception {
    String own = range(1) + "77";
    String fixed = ",\"IPAMConfig\":{\"IPv4Address\":\"%s\"}".formatted(own);
    String id = run("net-1", fixed);
    assertThat(address(id, "net-1")).isEqualTo(own);
    String second =
        node.create(
            """
            {"Image":"b","Cmd":["sleep","1000"],"HostConfig":{"NetworkMode":"net-1"},
             "NetworkingConfig":{"EndpointsConfig":{"net-1":{"NetworkID":"net-1"%s}}}}
            """
                .formatted(fixed));
    assertThat(start(second).detail()).contains("Address already in use");

    node.call("POST", "/containers/" + id + "/stop?t=0", null);

    assertThat(start(second).status()).isEqualTo(200);
    assertThat(address(second, "net-1")).isEqualTo(own);
  }

  @Test
  void aRemovedNetworkGoesWithItsLastContainer() throws Exception {
    List<String> others = bridges();
    String id = run("net-5", "");
    List<String> own = bridges();
    own.removeAll(others);
    assertThat(own).hasSize(1);
    assertThat(node.call("DELETE", "/networks/net-5", null).status()).isEqualTo(200);
    assertThat(node.leases("net-5")).isNotEmpty();
    node.call("DELETE", "/containers/" + id + "?force=true", null);

    assertThat(node.call("DELETE", "/networks/net-5", null).status()).isEqualTo(200);

    assertThat(node.leases("net-5")).isEmpty();
    assertThat(bridges()).doesNotContainAnyElementsOf(own);
  }

  private static List<String> bridges() throws Exception {
    return new ArrayList<>(Links.names().stream().filter(name -> name.startsWith("gtr")).toList());
  }

  @Test
  void namesAndAddressesAreThereAgainAfterAKill() throws Exception {
    String web = run("net-1", ",\"Aliases\":[\"shop\"]");
    String client = run("net-2", "");
    connect(client, "net-1");
    String address = address(web, "net-1");
    node.kill();
    node.start("");

    assertThat(node.check()).isEmpty();
    assertThat(lookUp(client, "shop")).contains("Address: " + address);
    assertThat(disconnect(client, "net-1").status()).isEqualTo(200);
    assertThat(reaches(client, address)).isFalse();
  }

  @Test
  void aJoinOrALeaveThatWasInterruptedIsDoneOrUndone() throws Exception {
    String id = run("net-1", "");
    node.kill();
    node.start("connect.beforeRecord=kill");
    assertThat(interrupted(() -> connect(id, "net-2"))).isTrue();
    node.start("disconnect.afterRecord=kill");
    assertThat(node.check()).isEmpty();
    assertThat(node.output(id, "ip", "link")).doesNotContain("eth1");
    assertThat(connect(id, "net-2").status()).isEqualTo(200);
    assertThat(interrupted(() -> disconnect(id, "net-2"))).isTrue();
    node.start("");

    assertThat(node.check()).isEmpty();
    assertThat(endpoint(id, "net-2").isMissingNode()).isTrue();
    assertThat(node.output(id, "ip", "link")).doesNotContain("eth1");
  }

  private interface Call {
    RunningNode.Answer make() throws Exception;
  }

  /** Whether the node died of it. */
  private static boolean interrupted(Call call) throws Exception {
    try {
      RunningNode.Answer unused = call.make();
      return false;
    } catch (IOException _) {
      await().atMost(Duration.ofSeconds(10)).until(() -> !node.isAlive());
      return true;
    }
  }

  @Test
  void whatNoEndpointCanBeIsRefused() throws Exception {
    String unknown =
        "{\"Image\":\"b\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"nosuch\"}}";
    assertThat(create(unknown)).isEqualTo("network nosuch not found");
    assertThat(
            create(
                "{\"Image\":\"b\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":{\"Aliases\":[\"a\"]}}}}"))
        .contains("network-scoped alias is supported only for containers in user defined networks");
    assertThat(
            create(
                "{\"Image\":\"b\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":{\"IPAMConfig\":{\"IPv4Address\":\"1.2.3.4\"}}}}}"))
        .contains("user specified IP address is supported on user defined networks only");
    String none =
        node.create(
            "{\"Image\":\"b\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}");
    assertThat(connect(none, "net-1").detail()).contains("private (none) mode");
  }

  private static String create(String json) throws Exception {
    return node.call("POST", "/containers", node.createRequest(json, "default")).detail();
  }
}
