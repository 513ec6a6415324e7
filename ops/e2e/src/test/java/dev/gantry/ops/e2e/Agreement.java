package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether all who know something of a container know the same, once the platform has settled: the
 * kernel and the node's record, the gateway's list and the node's own word, the events and the
 * audit trail. To be asked about containers that are there and run or have run.
 */
final class Agreement {
  private static final Duration SETTLED = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> LIFE = Set.of("create", "start", "die", "destroy");

  private final Docker docker;
  private final Instant since;

  /**
   * @param since before the first of the containers was made
   */
  Agreement(Docker docker, Instant since) {
    this.docker = docker;
    this.since = since;
  }

  /** Compares all of it, and once more when the containers are removed. */
  void check(List<String> names) {
    List<String> ids =
        names.stream().map(name -> docker.run("inspect", "-f", "{{.Id}}", name).ok()).toList();
    names.forEach(this::listTellsWhatTheNodeTells);
    kernelIsAsRecorded();
    names.forEach(name -> docker.run("rm", "-f", name).ok());
    kernelIsAsRecorded();
    ids.forEach(this::eachEventIsThereOnceInOrder);
    names.forEach(this::eachCommandIsOnTheTrailOnce);
    settled(
        "the chain of the trail", () -> call("/gantry/v1/audit/verify").get("intact").asBoolean());
  }

  private void listTellsWhatTheNodeTells(String name) {
    Awaitility.await(name)
        .atMost(SETTLED)
        .untilAsserted(
            () ->
                assertThat(
                        docker
                            .run("ps", "-a", "-f", "name=^" + name + "$", "--format", "{{.State}}")
                            .ok())
                    .isEqualTo(docker.run("inspect", "-f", "{{.State.Status}}", name).ok()));
  }

  private void kernelIsAsRecorded() {
    settled("kernel and record of node-1", () -> call("/gantry/v1/nodes/node-1/check").isEmpty());
  }

  private void eachEventIsThereOnceInOrder(String id) {
    Awaitility.await("events of " + id)
        .atMost(SETTLED)
        .untilAsserted(
            () -> {
              List<JsonNode> events = events(id);
              assertThat(events.stream().map(e -> e.get("Action") + "@" + e.get("timeNano")))
                  .doesNotHaveDuplicates();
              assertThat(events.stream().map(e -> e.get("timeNano").asLong())).isSorted();
              String life =
                  String.join(
                      " ",
                      events.stream()
                          .map(e -> e.get("Action").asString())
                          .filter(LIFE::contains)
                          .toList());
              assertThat(life).matches("create( start die)+ destroy");
            });
  }

  private List<JsonNode> events(String id) {
    List<JsonNode> events = new ArrayList<>();
    docker
        .run(
            "events",
            "--since",
            since.toString(),
            "--until",
            Instant.now().toString(),
            "--filter",
            "container=" + id,
            "--format",
            "{{json .}}")
        .lines()
        .forEach(line -> events.add(JSON.readTree(line)));
    return events;
  }

  private void eachCommandIsOnTheTrailOnce(String name) {
    Awaitility.await("the trail of " + name)
        .atMost(SETTLED)
        .untilAsserted(
            () -> {
              List<String> done = new ArrayList<>();
              for (JsonNode record :
                  call("/gantry/v1/audit?limit=500&outcome=ok&object=" + name).get("records")) {
                done.add(record.at("/content/verb").asString());
              }
              assertThat(done).containsOnlyOnce("container.create", "container.remove");
            });
  }

  private static void settled(String what, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what).atMost(SETTLED).until(condition);
  }

  private static JsonNode call(String path) throws IOException {
    return JSON.readTree(Http.call("GET", path, "").body());
  }
}
