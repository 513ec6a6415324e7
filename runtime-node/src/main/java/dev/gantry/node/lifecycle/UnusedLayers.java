package dev.gantry.node.lifecycle;

import dev.gantry.engine.Digest;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.container.Containers;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.node.volume.MountEntry;
import dev.gantry.node.volume.MountedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Removes the layers that no container of this node has had for a while, running or not. */
public final class UnusedLayers {
  private final Containers containers;
  private final Layers layers;
  private final Duration keep;

  public UnusedLayers(Containers containers, Layers layers, Duration keep) {
    this.containers = containers;
    this.layers = layers;
    this.keep = keep;
  }

  /** Takes as long as files take to be removed. */
  public void remove() throws IOException {
    layers.removeUnused(used(), keep);
  }

  private Set<Digest> used() {
    Set<Digest> used = new HashSet<>();
    for (ContainerCell cell : containers.all()) {
      ContainerRecord.Spec spec = cell.record().spec();
      used.addAll(spec.image().diffIds());
      for (MountEntry mount : spec.mounts()) {
        MountedImage image = mount.image();
        if (image != null) {
          used.addAll(image.diffIds());
        }
      }
    }
    return used;
  }
}
