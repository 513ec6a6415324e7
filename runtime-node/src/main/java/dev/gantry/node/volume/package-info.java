/**
 * Volumes of the node, each belonging to a team, and what a container asks to have mounted. The
 * doors are {@link dev.gantry.node.volume.Volumes} and {@link dev.gantry.node.volume.MountPlan}.
 */
@NullMarked
package dev.gantry.node.volume;

import org.jspecify.annotations.NullMarked;
