package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Networks of a team's own: made, joined, left, listed, removed. */
class NetworksTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  private String network(String... options) {
    String name = containers.network();
    List<String> command = new ArrayList<>(List.of("network", "create"));
    command.addAll(List.of(options));
    command.add(name);
    docker.run(command.toArray(String[]::new)).ok();
    return name;
  }

  private String server(String network, String... options) {
    String name = containers.name();
    List<String> command =
        new ArrayList<>(List.of("run", "-d", "--name", name, "--network", network));
    command.addAll(List.of(options));
    command.addAll(
        List.of("busybox", "sh", "-c", "echo served by $HOSTNAME >/index.html; httpd -f -h /"));
    docker.run(command.toArray(String[]::new)).ok();
    return name;
  }

  private Docker.Result get(String network, String host) {
    return docker.run(
        "run",
        "--rm",
        "--init",
        "--network",
        network,
        "busybox",
        "timeout",
        "3",
        "wget",
        "-qO-",
        "http://" + host + "/");
  }

  @Test
  void aServiceIsReachedByItsNamesOnItsNetworkAlone() {
    String network = network();
    String other = network();
    String name = server(network, "--network-alias", "shop", "--hostname", "one");

    assertThat(get(network, "shop").ok()).isEqualTo("served by one");
    assertThat(get(network, name).ok()).isEqualTo("served by one");
    assertThat(get(other, "shop").exit()).isNotZero();
    String address =
        docker.inspect(name).at("/NetworkSettings/Networks/" + network + "/IPAddress").asString();
    assertThat(get(other, address).exit()).isNotZero();
    assertThat(get("bridge", address).exit()).isNotZero();
  }

  @Test
  void aRunningContainerJoinsAndLeaves() {
    String network = network();
    String other = network();
    String name = server(network, "-p", "127.0.0.1::80");
    docker.run("network", "connect", "--alias", "late", other, name).ok();
    assertThat(get(other, "late").ok()).startsWith("served by");
    assertThat(
            docker
                .run("network", "inspect", "-f", "{{range .Containers}}{{.Name}}{{end}}", other)
                .ok())
        .isEqualTo(name);
    assertThat(docker.run("network", "rm", other).err()).contains("has active endpoints");

    docker.run("network", "disconnect", other, name).ok();

    assertThat(get(other, "late").exit()).isNotZero();
    String port = docker.run("port", name, "80").ok();
    assertThat(Http.getPatiently("http://" + port + "/")).startsWith("served by");
    assertThat(docker.run("network", "disconnect", other, name).err())
        .contains("is not connected to network");
  }

  @Test
  void whatWasAskedForIsShownAndHolds() throws IOException {
    String network =
        network(
            "--subnet",
            "10.213.7.0/24",
            "--ip-range",
            "10.213.7.128/25",
            "--gateway",
            "10.213.7.9",
            "--aux-address",
            "printer=10.213.7.130",
            "--label",
            "team=shop",
            "--opt",
            "com.docker.network.driver.mtu=1400",
            "--internal",
            "--attachable");
    JsonNode shown = docker.inspect(network);
    JsonNode plan = shown.at("/IPAM/Config/0");
    assertThat(plan.get("Subnet").asString()).isEqualTo("10.213.7.0/24");
    assertThat(plan.get("IPRange").asString()).isEqualTo("10.213.7.128/25");
    assertThat(plan.get("Gateway").asString()).isEqualTo("10.213.7.9");
    assertThat(plan.at("/AuxiliaryAddresses/printer").asString()).isEqualTo("10.213.7.130");
    assertThat(shown.at("/Labels/team").asString()).isEqualTo("shop");
    assertThat(shown.get("Internal").asBoolean()).isTrue();
    assertThat(shown.get("Attachable").asBoolean()).isTrue();

    String name = server(network);
    String fixed = server(network, "--ip", "10.213.7.50");

    JsonNode endpoint = docker.inspect(name).at("/NetworkSettings/Networks/" + network);
    assertThat(endpoint.get("IPAddress").asString())
        .matches("10\\.213\\.7\\.(1[3-9]\\d|12[89]|2\\d\\d)");
    assertThat(docker.run("exec", name, "cat", "/sys/class/net/eth0/mtu").ok()).isEqualTo("1400");
    assertThat(docker.run("exec", name, "ip", "route").ok()).doesNotContain("default");
    assertThat(get(network, "10.213.7.50").ok()).startsWith("served by");
    assertThat(
            docker
                .run("run", "--rm", "--network", network, "--ip", "10.213.7.50", "busybox", "true")
                .err())
        .contains("Address already in use");
    assertThat(
            docker
                .run("run", "--rm", "--network", network, "--ip", "10.213.7.130", "busybox", "true")
                .err())
        .contains("Address already in use");
    assertThat(fixed).isNotEmpty();
  }

  @Test
  void listsAndPrunesTakeFilters() {
    String marked = network("--label", "mark=" + containers.name());
    String plain = network();
    String mark = docker.inspect(marked).at("/Labels/mark").asString();
    server(plain);

    assertThat(names("label=mark=" + mark)).containsExactly(marked);
    assertThat(names("name=" + plain)).containsExactly(plain);
    assertThat(names("dangling=true")).contains(marked).doesNotContain(plain, "bridge");
    assertThat(names("type=builtin")).containsExactly("bridge", "host", "none");
    assertThat(names("driver=host")).containsExactly("host");
    assertThat(docker.run("network", "ls", "--filter", "nosuch=1").err())
        .containsIgnoringCase("invalid filter 'nosuch'");

    docker.run("network", "prune", "-f", "--filter", "label=mark=" + mark).ok();

    assertThat(names("name=" + marked)).isEmpty();
    assertThat(names("name=" + plain)).containsExactly(plain);
  }

  private List<String> names(String filter) {
    return docker.run("network", "ls", "--filter", filter, "--format", "{{.Name}}").lines();
  }

  @Test
  void whatHappensToANetworkIsTold() {
    String network = network();
    String id = docker.inspect(network).get("Id").asString();
    String name = server(network);
    docker.run("rm", "-f", name).ok();
    docker.run("network", "rm", network).ok();

    assertThat(
            docker
                .run(
                    "events",
                    "--since",
                    "1m",
                    "--until",
                    Long.toString(Instant.now().plusSeconds(2).getEpochSecond()),
                    "--filter",
                    "network=" + id,
                    "--format",
                    "{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}")
                .lines())
        .containsExactly(
            "create " + network + " bridge",
            "connect " + network + " bridge",
            "disconnect " + network + " bridge",
            "destroy " + network + " bridge");
  }

  @Test
  void aNetworkThatIsMadeAgainIsAnother() {
    String network = network();
    String name = containers.name();
    docker.run("create", "--name", name, "--network", network, "busybox", "true").ok();
    docker.run("network", "rm", network).ok();
    docker.run("network", "create", network).ok();

    assertThat(docker.run("start", name).err()).containsPattern("network [0-9a-f]{64} not found");
    assertThat(get(network, "nosuch").err()).contains("bad address");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                                  | 400 | invalid name
          {"Name":"bridge"}                                                   | 403 | operation is not permitted on predefined bridge network
          {"Name":"x","Driver":"host"}                                        | 403 | only one instance of "host" network is allowed
          {"Name":"x","Driver":"nosuch"}                                      | 404 | plugin "nosuch" not found
          {"Name":"x","Driver":"macvlan"}                                     | 501 | not supported
          {"Name":"x","IPAM":{"Config":[{"Subnet":"10.9.0.0/33"}]}}           | 400 | Invalid subnet 10.9.0.0/33
          {"Name":"x","IPAM":{"Config":[{"Gateway":"10.9.0.1"}]}}             | 400 | invalid CIDR address
          {"Name":"x","IPAM":{"Config":[{"Subnet":"10.9.0.0/24","Gateway":"10.8.0.1"}]}} | 400 | no matching subnet for gateway 10.8.0.1
          {"Name":"x","IPAM":{"Config":[{"Subnet":"10.9.0.0/24","IPRange":"10.8.0.0/25"}]}} | 400 | no matching subnet for range 10.8.0.0/25
          {"Name":"x","EnableIPv6":true}                                      | 501 | IPv6
          {"Name":"x","Options":{"com.docker.network.bridge.enable_icc":"maybe"}} | 400 | failed to parse com.docker.network.bridge.enable_icc value: maybe
          """)
  void whatCannotBeIsRefused(String body, int status, String message) throws IOException {
    Http.Answer answer = Http.call("POST", "/v1.41/networks/create", body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains("\"message\":").contains(message.replace("\"", "\\\""));
  }

  @Test
  void oneNetworkIsJoinedOnce() throws IOException {
    String network = network();
    String id = docker.inspect(network).get("Id").asString();
    Http.Answer answer =
        Http.call(
            "POST",
            "/v1.44/containers/create",
            """
            {"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"%s":{},"%s":{}}}}
            """
                .formatted(network, id));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("network " + network + " is named twice");
  }

  @Test
  void namesAndSubnetsAreTakenOnce() {
    String network = network("--subnet", "10.214.0.0/24");
    assertThat(docker.run("network", "create", network).err())
        .contains("network with name " + network + " already exists");
    assertThat(docker.run("network", "create", "--subnet", "10.214.0.128/25", "other").err())
        .contains("Pool overlaps with other one on this address space");
    assertThat(docker.run("network", "rm", "bridge").err())
        .contains("bridge is a pre-defined network and cannot be removed");
    assertThat(docker.run("run", "--rm", "--network", "nosuch", "busybox", "true").err())
        .contains("network nosuch not found");
  }
}
