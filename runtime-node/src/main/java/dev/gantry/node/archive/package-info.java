/** Tar archives: one from anyone becomes files inside a root, a file tree becomes one. */
@NullMarked
package dev.gantry.node.archive;

import org.jspecify.annotations.NullMarked;
