package dev.gantry.node.lifecycle;

import dev.gantry.engine.TeamId;
import dev.gantry.services.ResolvedImage;
import java.io.IOException;

/** Brings an image's layers to this host. */
@FunctionalInterface
public interface Images {
  void ensure(TeamId team, ResolvedImage image) throws IOException;
}
