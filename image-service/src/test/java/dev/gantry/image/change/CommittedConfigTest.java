package dev.gantry.image.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.services.CommitContainer;
import dev.gantry.services.CommitImage;
import dev.gantry.services.ServiceException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What the configuration of a committed image is, as the engine puts it together. */
class CommittedConfigTest {
  private static final Digest PARENT = Digest.ofBytes(new byte[] {1});
  private static final String CONTAINER =
      """
      {"Hostname":"h","User":"web","Env":["A=1","PATH=/bin"],"Cmd":["sleep","9"],"Image":"b",
       "Volumes":{"/v":{}},"WorkingDir":"/srv","Labels":{"a":"of the container"},
       "ExposedPorts":{"80/tcp":{}},"Healthcheck":{"Test":["CMD","true"],"Interval":5}}
      """;

  private static JsonNode config(String container, String wanted, String... changes) {
    return CommittedConfig.of(
        new CommitImage(
            PARENT,
            EngineJson.MAPPER.readValue(container, ContainerConfig.class),
            new CommitContainer(
                "",
                "",
                "",
                "",
                true,
                List.of(changes),
                wanted.isEmpty()
                    ? null
                    : EngineJson.MAPPER.readValue(wanted, ContainerConfig.class))));
  }

  @Test
  void whatIsTheContainersOwnIsNoPartOfTheImage() {
    JsonNode config = config(CONTAINER, "");
    assertThat(config.has("Hostname")).isFalse();
    assertThat(config.has("Image")).isFalse();
    assertThat(config.get("User").asString()).isEqualTo("web");
    assertThat(config.get("Cmd").toString()).isEqualTo("[\"sleep\",\"9\"]");
  }

  @Test
  void whatIsWantedComesBeforeWhatTheContainerHas() {
    JsonNode config =
        config(
            CONTAINER,
            """
            {"Env":["A=2","B=3"],"Cmd":["ls"],"Labels":{"a":"wanted","b":""},"ExposedPorts":{"81/tcp":{}},
             "Healthcheck":{"Retries":7},"Volumes":{"/w":{}}}
            """);
    assertThat(config.get("Env").toString()).isEqualTo("[\"A=2\",\"B=3\",\"PATH=/bin\"]");
    assertThat(config.get("Cmd").toString()).isEqualTo("[\"ls\"]");
    assertThat(config.get("Labels").toString()).isEqualTo("{\"a\":\"wanted\",\"b\":\"\"}");
    assertThat(config.get("ExposedPorts").size()).isEqualTo(2);
    assertThat(config.get("Volumes").size()).isEqualTo(2);
    assertThat(config.at("/Healthcheck/Retries").asInt()).isEqualTo(7);
    assertThat(config.at("/Healthcheck/Interval").asInt()).isEqualTo(5);
    assertThat(config.get("WorkingDir").asString()).isEqualTo("/srv");
  }

  @Test
  void anEntryPointTakesTheCommandAwayThatWasNotMeantForIt() {
    JsonNode config = config(CONTAINER, "", "ENTRYPOINT [\"/run\"]");
    assertThat(config.get("Entrypoint").toString()).isEqualTo("[\"/run\"]");
    assertThat(config.path("Cmd").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ENV B=$A:x                            | /Env         | [\"A=1\",\"PATH=/bin\",\"B=1:x\"]",
        "ENV A=\"two words\" C='$A'            | /Env         | [\"A=two"
            + " words\",\"PATH=/bin\",\"C=$A\"]",
        "env D the rest of it                  | /Env         | [\"A=1\",\"PATH=/bin\",\"D=the rest"
            + " of it\"]",
        "ENV E=${N:-d${A}} F=${A:+y} G=${N-z}  | /Env         |"
            + " [\"A=1\",\"PATH=/bin\",\"E=d1\",\"F=y\",\"G=z\"]",
        "CMD echo $A                           | /Cmd         | [\"/bin/sh\",\"-c\",\"echo $A\"]",
        "WORKDIR sub                           | /WorkingDir  | \"/srv/sub\"",
        "WORKDIR /abs                          | /WorkingDir  | \"/abs\"",
        "USER u$A:g                            | /User        | \"u1:g\"",
        "EXPOSE 90 53/udp                      | /ExposedPorts|"
            + " {\"80/tcp\":{},\"90/tcp\":{},\"53/udp\":{}}",
        "VOLUME [\"/a b\"]                     | /Volumes     | {\"/v\":{},\"/a b\":{}}",
        "LABEL x=y \"q r\"=z                   | /Labels      | {\"a\":\"of the"
            + " container\",\"x\":\"y\",\"q r\":\"z\"}",
        "STOPSIGNAL SIGUSR1                    | /StopSignal  | \"SIGUSR1\"",
        "ONBUILD RUN make                      | /OnBuild     | [\"RUN make\"]",
        "HEALTHCHECK NONE                      | /Healthcheck/Test | [\"NONE\"]",
        "HEALTHCHECK --interval=1m30s CMD a b  | /Healthcheck |"
            + " {\"Interval\":90000000000,\"Test\":[\"CMD-SHELL\",\"a b\"]}",
      })
  void aChangeDoesWhatItsInstructionDoes(String change, String where, String becomes) {
    JsonNode config = config(CONTAINER, "", change);
    JsonNode expected = EngineJson.MAPPER.readTree(becomes);
    if (where.equals("/Healthcheck")) {
      // What the instruction leaves open the container fills in.
      expected
          .properties()
          .forEach(p -> assertThat(config.at(where).get(p.getKey())).isEqualTo(p.getValue()));
    } else {
      assertThat(config.at(where)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN x | run is not a valid change command",
        "ENV | ENV requires at least one argument",
        "ENV A | ENV must have two arguments",
        "ENV A=b c | can't find = in",
        "ENV A=${B | missing '}'",
        "LABEL =x | LABEL names can not be blank",
        "USER | USER requires exactly one argument",
        "EXPOSE 70000 | invalid containerPort",
        "EXPOSE 1/icmp | invalid proto",
        "STOPSIGNAL NONE | invalid signal: NONE",
        "HEALTHCHECK CMD | Missing command after HEALTHCHECK CMD",
        "HEALTHCHECK --interval=x CMD a | invalid duration",
        "ONBUILD ONBUILD RUN x | isn't allowed",
      })
  void whatIsNoChangeIsRefusedWithTheReason(String change, String why) {
    assertThatThrownBy(() -> config(CONTAINER, "", change))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(why);
  }
}
