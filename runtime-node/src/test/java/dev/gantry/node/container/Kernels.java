package dev.gantry.node.container;

import dev.gantry.node.config.KernelAbilities;

/** Kernels that tests run on without having them. */
final class Kernels {
  /** Two processors, and every limit but those of block I/O and of real time. */
  static final KernelAbilities PLAIN =
      new KernelAbilities(
          true,
          true,
          true,
          true,
          false,
          false,
          false,
          false,
          2,
          KernelAbilities.parse("0-1"),
          KernelAbilities.parse("0"));

  private Kernels() {}
}
