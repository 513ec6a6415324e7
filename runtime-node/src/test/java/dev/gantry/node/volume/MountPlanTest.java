package dev.gantry.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.services.ServiceException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountPlanTest {

  private static List<MountEntry> plan(String config, String host) {
    return MountPlan.of(
        EngineJson.MAPPER.readValue(config, ContainerConfig.class),
        EngineJson.MAPPER.readValue(host, HostConfig.class),
        false,
        _ -> List.of());
  }

  @Test
  void readsBindsVolumesAndModes() {
    List<MountEntry> mounts =
        plan("{}", "{\"Binds\":[\"/host/x/../a:/a:ro,rslave\",\"things:/b\",\"/c\"]}");

    assertThat(mounts).hasSize(3);
    MountEntry bind = mounts.get(0);
    assertThat(bind.kind()).isEqualTo(MountEntry.Kind.BIND);
    assertThat(bind.source()).isEqualTo("/host/a");
    assertThat(bind.readOnly()).isTrue();
    assertThat(bind.propagation()).isEqualTo("rslave");
    assertThat(bind.createSource()).isTrue();
    assertThat(mounts.get(1).volume()).isEqualTo("things");
    assertThat(mounts.get(1).anonymous()).isFalse();
    assertThat(mounts.get(2).anonymous()).isTrue();
  }

  @Test
  void theImagesVolumeGivesWayToTheRequest() {
    List<MountEntry> mounts =
        plan("{\"Volumes\":{\"/data\":{},\"/other\":{}}}", "{\"Binds\":[\"things:/data\"]}");

    assertThat(mounts).hasSize(2);
    assertThat(mounts.getFirst().volume()).isEqualTo("things");
    assertThat(mounts.getLast().destination()).isEqualTo("/other");
  }

  @Test
  void readsMountsAndTmpfs() {
    List<MountEntry> mounts =
        plan(
            "{}",
            """
            {"Mounts":[{"Type":"bind","Source":"/x","Target":"/a"},
                       {"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":1024,"Mode":1023}}],
             "Tmpfs":{"/u":"rw,exec,size=64k"}}
            """);

    assertThat(mounts.get(0).createSource()).isFalse();
    assertThat(mounts.get(1).options()).containsEntry("size", "1024").containsEntry("mode", "1777");
    assertThat(mounts.get(2).options()).containsEntry("exec", "").containsEntry("size", "64k");
    assertThat(plan("{}", "{\"Tmpfs\":{\"/u\":null}}"))
        .isEqualTo(plan("{}", "{\"Tmpfs\":{\"/u\":\"\"}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a:b|mount path must be absolute",
        "/a:/|invalid volume specification: '/a:/': invalid mount config for type \"bind\": invalid"
            + " specification: destination can't be '/'",
        "/a:/b:nosuch|invalid mode: nosuch",
        "a b:/c|includes invalid characters for a local volume name",
        ":/c|invalid volume specification: ':/c'",
        "/a:ro|invalid volume specification: '/a:ro'",
        "/a:/b:ro,rw|invalid mode: ro,rw",
        "/a:/b:z,Z|invalid mode: z,Z",
        "/a:/b:nocopy|invalid mount config for type \"bind\": field VolumeOptions must not be"
            + " specified",
        "a1:/b:rshared|invalid mount config for type \"volume\": field BindOptions must not be"
            + " specified",
        "/a:/b:ro:z|invalid volume specification: '/a:/b:ro:z'"
      })
  void refusesInTheEnginesWords(String bind, String words) {
    assertThatThrownBy(() -> plan("{}", "{\"Binds\":[\"" + bind + "\"]}"))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Type\":\"volume\",\"Target\":\"\"}|invalid mount config for type \"volume\": field"
            + " Target must not be empty",
        "{\"Type\":\"volume\",\"Target\":\"x\"}|invalid mount config for type \"volume\": invalid"
            + " mount path: 'x' mount path must be absolute",
        "{\"Type\":\"volume\",\"Target\":\"/x\",\"ReadOnly\":true}|must not set ReadOnly mode when"
            + " using anonymous volumes",
        "{\"Type\":\"volume\",\"Target\":\"/x\",\"Source\":\"vol\",\"VolumeOptions\":{\"Subpath\":\"a/../../b\"}}|subpath"
            + " must be a relative path within the volume",
        "{\"Type\":\"volume\",\"Target\":\"/x\",\"Source\":\"vol\",\"VolumeOptions\":{\"Subpath\":\"/b\"}}|subpath"
            + " must be a relative path within the volume",
        "{\"Type\":\"volume\",\"Target\":\"/x\",\"VolumeOptions\":{\"Subpath\":\"b\"}}|must not set"
            + " Subpath when using anonymous volumes",
        "{\"Type\":\"volume\",\"Target\":\"/x\",\"Source\":\"vol\",\"VolumeOptions\":{\"DriverConfig\":{\"Name\":\"foo\"}}}|create"
            + " vol: error looking up volume plugin foo: plugin \"foo\" not found",
        "{\"Type\":\"volume\",\"Target\":\"/x\",\"Source\":\"vol\",\"VolumeOptions\":{\"DriverConfig\":{\"Options\":{\"foo\":\"bar\"}}}}|create"
            + " vol: invalid option: \"foo\"",
        "{\"Type\":\"volume\",\"Target\":\"/x\",\"BindOptions\":{}}|field BindOptions must not be"
            + " specified",
        "{\"Type\":\"bind\",\"Target\":\"/x\"}|invalid mount config for type \"bind\": field Source"
            + " must not be empty",
        "{\"Type\":\"bind\",\"Target\":\"/x\",\"Source\":\"a\"}|invalid mount path: 'a' mount path"
            + " must be absolute",
        "{\"Type\":\"bind\",\"Target\":\"/x\",\"Source\":\"/a\",\"BindOptions\":{\"Propagation\":\"foo\"}}|invalid"
            + " propagation mode: foo",
        "{\"Type\":\"bind\",\"Target\":\"/x\",\"Source\":\"/a\",\"BindOptions\":{\"ReadOnlyNonRecursive\":true}}|ReadOnlyNonRecursive"
            + " needs the mount to be read-only",
        "{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"Source\":\"/a\"}|invalid mount config for type"
            + " \"tmpfs\": field Source must not be specified",
        "{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"TmpfsOptions\":{\"SizeBytes\":-1}}|the size of a"
            + " tmpfs can not be negative",
        "{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"TmpfsOptions\":{\"Options\":[[\"bind\"]]}}|invalid"
            + " option: \"bind\"",
        "{\"Type\":\"npipe\",\"Target\":\"/x\"}|invalid mount config for type \"npipe\": mount type"
            + " unknown",
        "{\"Target\":\"/x\"}|invalid mount config for type \"\": mount type unknown"
      })
  void refusesMountsInTheEnginesWords(String mount, String words) {
    assertThatThrownBy(() -> plan("{}", "{\"Mounts\":[" + mount + "]}"))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(words);
  }

  @Test
  void refusesWhatNoTmpfsHas() {
    assertThatThrownBy(() -> plan("{}", "{\"Tmpfs\":{\"/x\":\"foo,ro,size=xx\"}}"))
        .hasMessage("invalid tmpfs option [\"foo\" \"size=xx\"]");
    assertThatThrownBy(() -> plan("{}", "{\"Tmpfs\":{\"x\":\"\"}}"))
        .hasMessage("invalid mount path: 'x' mount path must be absolute");
  }

  @Test
  void theLastWordOnATmpfsCounts() {
    MountEntry mount =
        plan("{}", "{\"Tmpfs\":{\"/x\":\"rw,ro,exec,noexec,dev,size=1m,size=2m\"}}").getFirst();

    assertThat(mount.readOnly()).isTrue();
    assertThat(mount.options())
        .containsOnlyKeys("noexec", "nosuid", "dev", "size")
        .containsEntry("size", "2m");
  }

  @Test
  void olderClientsMeanTheTopOfWhatTheyBindReadOnly() {
    String host =
        """
        {"Binds":["/a:/a:ro","/b:/b","things:/c:ro"],
         "Mounts":[
           {"Type":"bind","Target":"/d","Source":"/d","ReadOnly":true},
           {"Type":"bind","Target":"/e","Source":"/e","ReadOnly":true,
            "BindOptions":{"NonRecursive":true}}]}
        """;
    assertThat(
            MountPlan.of(
                EngineJson.MAPPER.readValue("{}", ContainerConfig.class),
                EngineJson.MAPPER.readValue(host, HostConfig.class),
                true,
                _ -> List.of()))
        .extracting(MountEntry::depth)
        .containsExactly(
            MountEntry.Depth.TOP_READ_ONLY,
            MountEntry.Depth.ALL,
            null,
            MountEntry.Depth.TOP_READ_ONLY,
            MountEntry.Depth.TOP);
    assertThat(plan("{}", host).getFirst().depth()).isEqualTo(MountEntry.Depth.ALL);
  }

  @Test
  void theRequestTakesThePlaceOfWhatAnotherContainerHas() {
    var theirs =
        List.of(
            MountEntry.ofVolume("theirs", "/a", false, true),
            MountEntry.ofVolume("shared", "/b", false, true));

    List<MountEntry> mounts =
        MountPlan.of(
            EngineJson.MAPPER.readValue("{}", ContainerConfig.class),
            EngineJson.MAPPER.readValue(
                "{\"VolumesFrom\":[\"one:ro\"],\"Binds\":[\"mine:/a\"]}", HostConfig.class),
            false,
            reference -> reference.equals("one") ? theirs : List.of());

    assertThat(mounts).extracting(MountEntry::volume).containsExactly("mine", "shared");
    assertThat(mounts.get(1).readOnly()).isTrue();
    assertThat(mounts.get(1).copyUp()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "one:xx,invalid mode: xx",
    "one:nocopy,invalid mode: nocopy",
    "one:rshared,invalid mode: rshared"
  })
  void refusesModesThatAnotherContainersVolumesDoNotHave(String from, String words) {
    assertThatThrownBy(() -> plan("{}", "{\"VolumesFrom\":[\"" + from + "\"]}")).hasMessage(words);
  }

  @Test
  void aPlaceIsTakenOnce() {
    assertThatThrownBy(() -> plan("{}", "{\"Binds\":[\"a1:/x\",\"b1:/x/\"]}"))
        .hasMessage("Duplicate mount point: /x");
  }
}
