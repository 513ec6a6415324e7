package dev.gantry.node.lifecycle;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.snapshot.BlobSource;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.node.volume.MountEntry;
import dev.gantry.node.volume.MountedImage;
import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Brings images' layers to this host. */
public final class Images {
  private final Layers layers;
  private final Function<TeamId, BlobSource> blobs;

  /**
   * @param blobs those that a team may have
   */
  public Images(Layers layers, Function<TeamId, BlobSource> blobs) {
    this.layers = layers;
    this.blobs = blobs;
  }

  void ensure(TeamId team, ResolvedImage image) throws IOException {
    layers.ensure(image.layers(), blobs.apply(team));
  }

  /** Fetches what a power cut has taken of a container's layers, if it has. */
  public void restore(ContainerRecord record) throws IOException {
    layers.restore(needed(record), blobs.apply(record.team()));
  }

  /** The layers of a container's image, and of those that it has mounted. */
  static List<Digest> needed(ContainerRecord record) {
    List<Digest> needed = new ArrayList<>(record.spec().image().diffIds());
    for (MountEntry mount : record.spec().mounts()) {
      MountedImage image = mount.image();
      if (image != null) {
        needed.addAll(image.diffIds());
      }
    }
    return needed;
  }
}
