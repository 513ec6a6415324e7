package dev.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.ops.e2e.Docker.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Links on the default bridge ({@code --link}), as old tools use them. */
class LinksTest {
  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);

  private String started(String... options) {
    String name = containers.name();
    List<String> command = new ArrayList<>(List.of("run", "-d", "--name", name));
    command.addAll(List.of(options));
    command.addAll(List.of("busybox", "sleep", "600"));
    docker.run(command.toArray(String[]::new)).ok();
    return name;
  }

  @Test
  void aLinkIsANameOnBothSides() {
    String database = started("-e", "PASSWORD=secret", "--expose", "5432");
    String web = started("--link", database + ":db");

    assertThat(docker.inspect(web).at("/HostConfig/Links/0").asString())
        .isEqualTo("/%s:/%s/db".formatted(database, web));
    assertThat(
            docker.run("ps", "--no-trunc", "-f", "name=" + database, "--format", "{{.Names}}").ok())
        .isEqualTo(database + "," + web + "/db");
    assertThat(docker.inspect(web + "/db").get("Id")).isEqualTo(docker.inspect(database).get("Id"));
    assertThat(docker.run("exec", web, "grep", "-w", "db", "/etc/hosts").ok())
        .startsWith(docker.inspect(database).at("/NetworkSettings/IPAddress").asString());
    assertThat(docker.run("exec", web, "sh", "-c", "echo $DB_ENV_PASSWORD $DB_NAME").ok())
        .isEqualTo("secret /" + web + "/db");
  }

  @Test
  void namesGoWithTheirContainers() {
    String database = started();
    String web = started("--link", database);
    String renamed = containers.name();

    docker.run("rename", database, renamed).ok();

    assertThat(docker.inspect(web).at("/HostConfig/Links/0").asString())
        .isEqualTo("/%s:/%s/%s".formatted(renamed, web, database));
    docker.run("rm", "-f", renamed).ok();
    assertThat(docker.inspect(web).at("/HostConfig/Links").isNull()).isTrue();
    docker.run("restart", "-t", "0", web).ok();
  }

  @Test
  void aLinkIsRemovedByItsName() {
    String database = started();
    String web = started("--link", database + ":db");

    docker.run("rm", "--link", web + "/db").ok();

    assertThat(docker.inspect(web).at("/HostConfig/Links").isNull()).isTrue();
    assertThat(docker.run("exec", web, "grep", "-w", "db", "/etc/hosts").exit()).isEqualTo(1);
    assertThat(docker.inspect(database).at("/State/Running").asBoolean()).isTrue();
    Result own = docker.run("rm", "--link", database);
    assertThat(own.err()).contains("cannot remove the default link name of the container");
  }

  @Test
  void whatDoesNotRunIsNotLinked() {
    String database = started();
    docker.run("stop", "-t", "0", database).ok();
    String web = containers.name();

    Result result = docker.run("run", "--name", web, "--link", database + ":db", "busybox", "true");

    assertThat(result.exit()).isEqualTo(125);
    assertThat(result.err())
        .contains("Cannot link to a non running container: /%s AS /%s/db".formatted(database, web));
  }

  @Test
  void whatInspectTellsOfALinkIsTakenAgain() throws Exception {
    String database = started();
    String web = started("--link", database + ":db");
    String told = docker.inspect(web).at("/HostConfig/Links").toString();
    String again = containers.name();

    Http.Answer answer =
        Http.call(
            "POST",
            "/v1.51/containers/create?name=" + again,
            "{\"Image\":\"busybox\",\"HostConfig\":{\"Links\":" + told + "}}");

    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    assertThat(docker.inspect(again).at("/HostConfig/Links/0").asString())
        .isEqualTo("/%s:/%s/db".formatted(database, again));
  }
}
