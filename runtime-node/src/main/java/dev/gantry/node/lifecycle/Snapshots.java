package dev.gantry.node.lifecycle;

import dev.gantry.engine.ContainerId;
import dev.gantry.engine.TeamId;
import dev.gantry.services.ResolvedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The file systems of containers: an image's layers below, what the container changed above. */
public interface Snapshots {

  /** Makes sure that the image's layers are on this host; fetches what is lacking. */
  void prepare(TeamId team, ResolvedImage image) throws IOException;

  /** Takes away what the container changed; may be called again. */
  void remove(ContainerId id) throws IOException;

  /** Where the container's file system is while it runs. */
  Path root(ContainerId id);

  /** What inspect tells of it. */
  Map<String, String> describe(ContainerId id);
}
