/**
 * Layers of images, unpacked once for all who use them, and the file systems of containers above
 * them.
 */
@NullMarked
package dev.gantry.node.snapshot;

import org.jspecify.annotations.NullMarked;
