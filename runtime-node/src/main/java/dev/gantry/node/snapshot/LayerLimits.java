package dev.gantry.node.snapshot;

/** What a layer may unpack to before it is refused. */
public record LayerLimits(long bytes, long entries) {
  /** 64 GiB in ten million entries. */
  public static final LayerLimits DEFAULT = new LayerLimits(64L << 30, 10_000_000);
}
