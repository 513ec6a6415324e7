package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.ContainerId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links on the default bridge, as the container at their beginning sees them. */
class LinkTest {
  @TempDir static Path root;
  private static RunningNode node;

  @BeforeAll
  static void start() throws Exception {
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9");
    node.start("");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    node.removeAll();
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }

  private static String database(String policy) throws Exception {
    return node.create(
        """
        {"Image":"b","Hostname":"sql","Cmd":["sleep","60"],"Env":["PASSWORD=secret"],
         "ExposedPorts":{"5432/tcp":{}},"HostConfig":{"RestartPolicy":{"Name":"%s"}}}
        """
            .formatted(policy));
  }

  private static String linked(String to, String policy) throws Exception {
    return node.create(
        """
        {"Image":"b","Cmd":["sleep","60"],"Env":["DB_ENV_MINE=1"],
         "HostConfig":{"Links":["%s:db"],"RestartPolicy":{"Name":"%s"}}}
        """
            .formatted(to, policy));
  }

  private static RunningNode.Answer call(String id, String action) throws Exception {
    return node.call("POST", "/containers/" + id + "/" + action, null);
  }

  private static void started(String id) throws Exception {
    var answer = call(id, "start");
    assertThat(answer.status()).as(answer.detail()).isEqualTo(200);
  }

  private static String address(String id) throws Exception {
    return node.inspect(id).at("/NetworkSettings/IPAddress").asString();
  }

  private static long pid(String id) throws Exception {
    return node.inspect(id).at("/State/Pid").asLong();
  }

  private static String hosts(String id) throws Exception {
    return node.output(id, "cat", "/etc/hosts");
  }

  private static String line(String database) throws Exception {
    return "%s\tdb sql test-%s\n".formatted(address(database), database.substring(0, 12));
  }

  @Test
  void namesAndVariablesLeadToTheOther() throws Exception {
    String database = database("no");
    String web = linked(database, "no");
    started(database);
    started(web);

    assertThat(hosts(web)).contains(line(database));
    assertThat(node.output(web, "ping", "-c", "1", "-W", "2", "db")).contains("1 packets received");
    String name = "/test-" + web.substring(0, 12) + "/db";
    assertThat(node.output(web, "cat", "/proc/1/environ").split("\0"))
        .contains(
            "DB_NAME=" + name,
            "DB_PORT=tcp://" + address(database) + ":5432",
            "DB_PORT_5432_TCP_PORT=5432",
            "DB_ENV_PASSWORD=secret",
            "DB_ENV_MINE=1");
    assertThat(node.output(web, "sh", "-c", "echo $DB_NAME")).isEqualTo(name + "\n");
  }

  @Test
  void namesFollowTheOtherToItsNextAddress() throws Exception {
    String database = database("no");
    String web = linked(database, "no");
    started(database);
    started(web);
    String before = line(database);
    node.output(web, "sh", "-c", "echo '10.1.2.3 dbase' >> /etc/hosts");
    call(database, "stop?t=0");
    String taken = database("no");
    started(taken);

    started(database);

    assertThat(line(database)).isNotEqualTo(before);
    assertThat(hosts(web)).contains(line(database), "10.1.2.3 dbase").doesNotContain(before);
  }

  @Test
  void aLinkToWhatDoesNotRunStartsNothing() throws Exception {
    String database = database("no");
    String web = linked(database, "no");

    var answer = call(web, "start");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.detail())
        .isEqualTo(
            "Cannot link to a non running container: /test-%s AS /test-%s/db"
                .formatted(database.substring(0, 12), web.substring(0, 12)));
    assertThat(node.inspect(web).at("/State/Error").asString()).isEqualTo(answer.detail());
  }

  @Test
  void aLinkEndsWithItsContainer() throws Exception {
    String database = database("no");
    String web = linked(database, "no");
    node.call("DELETE", "/containers/" + database + "?force=true", null);

    started(web);

    assertThat(hosts(web)).doesNotContain("\tdb ");
  }

  @Test
  void aLinkThatIsTakenAwayIsNoName() throws Exception {
    String database = database("no");
    String web = linked(database, "no");
    started(database);
    started(web);

    assertThat(node.call("DELETE", "/containers/" + web + "/links/db", null).status())
        .isEqualTo(200);

    assertThat(hosts(web)).doesNotContain("\tdb ");
    assertThat(node.inspect(web).at("/HostConfig/Links").isEmpty()).isTrue();
    assertThat(node.call("DELETE", "/containers/" + web + "/links/db", null).status())
        .isEqualTo(404);
  }

  @Test
  void bothComeBackWithTheAgent() throws Exception {
    String database = database("always");
    String web = linked(database, "always");
    started(database);
    started(web);
    List<Long> processes = List.of(pid(web), pid(database));
    node.kill();
    processes.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    node.start("");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> node.inspect(web).at("/State/Status").asString("").equals("running"));
    assertThat(hosts(web)).contains(line(database));
  }

  @Test
  void whatHasNoNetworkIsNotLinked() throws Exception {
    String database = database("no");
    for (String mode : new String[] {"none", "host", "container:" + database}) {
      assertThat(
              node.create(
                      ContainerId.random(new SecureRandom()),
                      """
                      {"Image":"b","HostConfig":{"NetworkMode":"%s","Links":["%s:db"]}}
                      """
                          .formatted(mode, database))
                  .detail())
          .startsWith("conflicting options: ");
    }
  }

  @Test
  void aDisabledNetworkIsNone() throws Exception {
    String id =
        node.create("{\"Image\":\"b\",\"Cmd\":[\"sleep\",\"60\"],\"NetworkDisabled\":true}");
    started(id);

    assertThat(node.output(id, "ls", "/sys/class/net")).isEqualTo("lo\n");
    assertThat(node.inspect(id).at("/HostConfig/NetworkMode").asString()).isEqualTo("none");
  }
}
