package dev.gantry.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.ContainerInspect;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.NodeId;
import dev.gantry.engine.TeamId;
import dev.gantry.events.ContainerSnapshot;
import dev.gantry.services.ServiceException;
import org.junit.jupiter.api.Test;

class ContainersTest {
  private static final TeamId TEAM = new TeamId("shop");
  private static final ContainerId OLD = new ContainerId("a".repeat(64));
  private static final ContainerId NEW = new ContainerId("b".repeat(64));

  private final Containers containers = new Containers();

  /** The topic keeps the order of one container's words only: those of two come as they like. */
  @Test
  void aNameIsItsPresentHoldersInWhateverOrderTheTopicTellsOfThem() {
    containers.apply(snapshot(NEW, "web", 2, 1));
    containers.apply(snapshot(OLD, "web", 1, 1));
    assertThat(containers.resolve(TEAM, "web").id()).isEqualTo(NEW);
    containers.remove(OLD);
    assertThat(containers.resolve(TEAM, "web").id()).isEqualTo(NEW);
  }

  @Test
  void aNameThatWasGivenAwayIsTheNextHolders() {
    containers.apply(snapshot(OLD, "web", 1, 1));
    containers.apply(snapshot(NEW, "web", 2, 1));
    containers.apply(snapshot(OLD, "web-old", 1, 2));
    assertThat(containers.resolve(TEAM, "web").id()).isEqualTo(NEW);
    assertThat(containers.resolve(TEAM, "/web-old").id()).isEqualTo(OLD);
  }

  @Test
  void aNameNobodyHasAnyMoreIsUnknown() {
    containers.apply(snapshot(OLD, "web", 1, 1));
    containers.apply(snapshot(OLD, "shop", 1, 2));
    assertThatThrownBy(() -> containers.resolve(TEAM, "web"))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("No such container: web");
    containers.remove(OLD);
    assertThat(containers.named(TEAM, "shop")).isEmpty();
  }

  @Test
  void anOlderWordAndARemovedContainerChangeNothing() {
    containers.apply(snapshot(OLD, "web", 1, 2));
    containers.apply(snapshot(OLD, "before", 1, 1));
    assertThat(containers.resolve(TEAM, "web").id()).isEqualTo(OLD);
    containers.remove(OLD);
    containers.apply(snapshot(OLD, "web", 1, 3));
    assertThat(containers.named(TEAM, "web")).isEmpty();
  }

  @Test
  void noLookUpCrossesATeam() {
    containers.apply(snapshot(OLD, "web", 1, 1));
    TeamId other = new TeamId("bank");
    assertThat(containers.named(other, "web")).isEmpty();
    assertThat(containers.get(other, OLD)).isEmpty();
    assertThatThrownBy(() -> containers.resolve(other, "aaaa"))
        .hasMessageContaining("No such container: aaaa");
  }

  private static ContainerSnapshot snapshot(ContainerId id, String name, int second, long version) {
    ContainerInspect inspect =
        EngineJson.MAPPER.readValue(
            "{\"Id\":\"%s\",\"Name\":\"/%s\",\"Created\":\"2026-01-01T00:00:0%dZ\"}"
                .formatted(id.value(), name, second),
            ContainerInspect.class);
    return new ContainerSnapshot(
        id, TEAM, new NodeId("0123456789abcdef"), "node-1", version, 1, null, inspect);
  }
}
