/** Layers and snapshots on real file systems. */
@NullMarked
package dev.gantry.node.snapshot;

import org.jspecify.annotations.NullMarked;
