package dev.gantry.node.archive;

/** Memory that may be had, or not. */
@FunctionalInterface
public interface Memory {
  int PIECE_BYTES = 1 << 20;

  /** Asks for one more piece; answers whether it may be used. */
  boolean more();
}
