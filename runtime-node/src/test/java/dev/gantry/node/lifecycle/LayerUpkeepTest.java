package dev.gantry.node.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.TeamId;
import dev.gantry.node.config.NodeFiles;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.node.container.Fact;
import dev.gantry.node.container.State;
import dev.gantry.node.snapshot.LayerLimits;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.node.volume.MountEntry;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerUpkeepTest {
  private static final Digest OF_IMAGE = Digest.ofBytes(new byte[] {1});
  private static final Digest OF_MOUNT = Digest.ofBytes(new byte[] {2});
  private static final Digest OF_NONE = Digest.ofBytes(new byte[] {3});

  @TempDir Path root;

  /** One that has not been started, with another image mounted. */
  private static ContainerRecord record() {
    MountEntry mount =
        EngineJson.MAPPER.readValue(
            """
            {"kind":"IMAGE","destination":"/image","mode":"","readOnly":true,"anonymous":false,
             "copyUp":false,"createSource":false,"image":{"id":"%1$s","diffIds":["%1$s"]}}
            """
                .formatted(OF_MOUNT),
            MountEntry.class);
    return new ContainerRecord(
        new ContainerRecord.Identity(
            new ContainerId("c".repeat(64)), TeamId.DEFAULT, "c", 1, Instant.EPOCH),
        new ContainerRecord.Spec(
            new ContainerRecord.Image(OF_IMAGE, "linux", "amd64", List.of(OF_IMAGE)),
            EngineJson.MAPPER.readValue("{}", ContainerConfig.class),
            EngineJson.MAPPER.readValue("{}", HostConfig.class),
            null,
            List.of(mount),
            null),
        new ContainerRecord.Run(new State.Created(0, ""), false, 0, null, null),
        1,
        List.of());
  }

  private static final class Nobody implements Containers.Listener {
    @Override
    public void changed(ContainerRecord record) {}

    @Override
    public void removed(ContainerRecord record) {}

    @Override
    public void happened(ContainerRecord record, Fact fact) {}
  }

  @Test
  void layersOfContainersAndOfWhatTheyMountStay() throws Exception {
    var files = new NodeFiles(root.resolve("data"), root.resolve("run"));
    Files.createDirectories(files.containers());
    var containers = new Containers(files, new Nobody());
    ContainerCell cell = containers.create(record(), () -> {});
    var layers = new Layers(files.layers(), LayerLimits.DEFAULT, "boot");
    for (Digest diffId : List.of(OF_IMAGE, OF_MOUNT, OF_NONE)) {
      Files.createDirectories(layers.folder(diffId));
    }
    var images = new Images(layers, _ -> _ -> InputStream.nullInputStream());
    var upkeep = new LayerUpkeep(containers, layers, images, Duration.ZERO);

    // The first time it is noticed, the second time it goes.
    upkeep.removeUnused();
    upkeep.removeUnused();
    assertThat(layers.folder(OF_IMAGE)).isDirectory();
    assertThat(layers.folder(OF_MOUNT)).isDirectory();
    assertThat(layers.folder(OF_NONE)).doesNotExist();

    containers.delete(cell, List.of());
    upkeep.removeUnused();
    assertThat(layers.folder(OF_IMAGE)).doesNotExist();
    assertThat(layers.folder(OF_MOUNT)).doesNotExist();
  }
}
