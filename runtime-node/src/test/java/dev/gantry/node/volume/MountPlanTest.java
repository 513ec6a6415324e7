package dev.gantry.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.services.ErrorCode;
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
        List.of());
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
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a:b|mount path must be absolute",
        "/a:/|destination can't be '/'",
        "/a:/b:nosuch|invalid mode: nosuch",
        "a b:/c|includes invalid characters for a local volume name",
        ":/c|invalid volume specification",
        "/a:/b:ro:z|invalid volume specification"
      })
  void refusesInTheEnginesWords(String bind, String words) {
    assertThatThrownBy(() -> plan("{}", "{\"Binds\":[\"" + bind + "\"]}"))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aPlaceIsTakenOnce() {
    assertThatThrownBy(() -> plan("{}", "{\"Binds\":[\"a1:/x\",\"b1:/x/\"]}"))
        .hasMessage("Duplicate mount point: /x");
  }

  @Test
  void theEnginesSocketIsRefusedByName() {
    assertThatThrownBy(
            () -> plan("{}", "{\"Binds\":[\"/var/run/docker.sock:/var/run/docker.sock\"]}"))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED));
  }
}
