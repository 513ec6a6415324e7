package dev.gantry.node.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.node.kernel.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that lost its power with containers running: what is on its disks is all there is. */
class HostLossTest {
  private Path root = Path.of("");
  private RunningNode node;

  @BeforeEach
  void start() throws Exception {
    root = Files.createTempDirectory("gantry-host-loss");
    node = new RunningNode(root, "127.0.0.1:9");
    node.start("");
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    Trees.delete(root);
  }

  private String run(String policy) throws Exception {
    String id =
        node.create(
            """
            {"Image":"b","Cmd":["sh","-c","echo started; exec sleep 1000"],
             "HostConfig":{"NetworkMode":"net-1","RestartPolicy":{"Name":"%s"},
              "Mounts":[{"Type":"volume","Source":"kept-%s","Target":"/kept"}]},
             "NetworkingConfig":{"EndpointsConfig":{"net-1":{"NetworkID":"net-1","Aliases":["%s"]}}}}
            """
                .formatted(policy, policy, policy));
    assertThat(node.call("POST", "/containers/" + id + "/start", null).detail()).isEmpty();
    return id;
  }

  private String status(String id) throws Exception {
    return node.inspect(id).at("/State/Status").asString("");
  }

  @Test
  void whatIsToBeRestartedRunsAgainAndTheRestHasEnded() throws Exception {
    String always = run("always");
    String once = run("no");
    assertThat(node.output(always, "sh", "-c", "echo x >/kept/file; echo y >/own; sync")).isEmpty();

    node.loseHost();
    node.start("");

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> status(always).equals("running") && status(once).equals("exited"));
    assertThat(node.peers().served(node.peers().image().layers().getFirst().digest()))
        .as("the layer was not on the disk yet")
        .isEqualTo(2);
    assertThat(node.output(always, "cat", "/kept/file", "/own")).isEqualTo("x\ny\n");
    assertThat(node.output(always, "nslookup", "always"))
        .contains(
            "Address: "
                + node.inspect(always).at("/NetworkSettings/Networks/net-1/IPAddress").asString());
    assertThat(node.inspect(once).at("/State/ExitCode").asInt()).isNotZero();
    assertThat(node.logs(once)).isEqualTo("started\n");
    assertThat(node.call("POST", "/containers/" + once + "/start", null).detail()).isEmpty();
    assertThat(node.output(once, "ping", "-c", "1", "-W", "2", "always"))
        .contains(" 0% packet loss");
    await().atMost(Duration.ofSeconds(10)).until(() -> node.check().isEmpty());
  }
}
