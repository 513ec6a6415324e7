package dev.gantry.node.lifecycle;

import dev.gantry.engine.Digest;
import dev.gantry.node.container.ContainerCell;
import dev.gantry.node.container.Containers;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.services.ServiceException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What is done about the layers of this node when nobody asks for one. */
public final class LayerUpkeep {
  /** By then the kernel has written most of a layer by itself (vm.dirty_expire_centisecs). */
  private static final Duration REST = Duration.ofSeconds(35);

  private final Containers containers;
  private final Layers layers;
  private final Images images;
  private final Duration keep;

  /**
   * @param keep how long layers stay that nobody needs
   */
  public LayerUpkeep(Containers containers, Layers layers, Images images, Duration keep) {
    this.containers = containers;
    this.layers = layers;
    this.images = images;
    this.keep = keep;
  }

  /** Removes those that no container of this node has had for a while, running or not. */
  public void removeUnused() throws IOException {
    Set<Digest> used = new HashSet<>();
    for (ContainerCell cell : containers.all()) {
      used.addAll(Images.needed(cell.record()));
    }
    layers.removeUnused(used, keep);
  }

  /** Sees to it that what came a while ago is on the disk. */
  public void settle() throws IOException {
    layers.settle(REST);
  }

  /**
   * Fetches those that a power cut has taken from containers, be they to be started or not.
   *
   * @throws IOException where some did not come; the others are here
   */
  public void restore() throws IOException {
    IOException missed = null;
    for (ContainerCell cell : containers.all()) {
      try {
        images.restore(cell.record());
      } catch (IOException | ServiceException e) {
        missed = new IOException("container " + cell.id() + ": " + e.getMessage(), e);
      }
    }
    if (missed != null) {
      throw missed;
    }
  }
}
