package dev.gantry.services;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.Digest;

/**
 * What image-service has to know to make an image of a container. It stands before the layer in one
 * body: its length in four bytes, the highest first, its JSON, and then the layer's tar.
 *
 * @param parent the image of the container
 * @param container the container's configuration
 */
public record CommitImage(Digest parent, ContainerConfig container, CommitContainer wanted) {
  /** As long as the JSON may be. */
  public static final int LIMIT = 8 << 20;

  public static final String PATH = "/v1/images/commit";
}
