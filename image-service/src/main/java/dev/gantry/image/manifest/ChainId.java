package dev.gantry.image.manifest;

import dev.gantry.engine.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The name of a stack of layers (OCI image-spec, config.md, "Layer ChainID"). */
public final class ChainId {
  private ChainId() {}

  /** The chain ids of every prefix of the stack, in the order of the layers. */
  public static List<Digest> of(List<Digest> diffIds) {
    List<Digest> chain = new ArrayList<>();
    for (Digest diffId : diffIds) {
      chain.add(
          chain.isEmpty()
              ? diffId
              : Digest.ofBytes((chain.getLast() + " " + diffId).getBytes(StandardCharsets.UTF_8)));
    }
    return chain;
  }
}
