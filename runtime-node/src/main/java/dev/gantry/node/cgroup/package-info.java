/**
 * Control groups of containers, version 1 and 2 (cgroups(7)): how much they use, who is in them,
 * and holding them still.
 */
@NullMarked
package dev.gantry.node.cgroup;

import org.jspecify.annotations.NullMarked;
