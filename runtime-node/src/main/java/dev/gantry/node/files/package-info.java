/**
 * Files of containers: read, written, listed and exported from outside, as the container's own
 * processes would see them. The door is {@link dev.gantry.node.files.ContainerFiles}.
 */
@NullMarked
package dev.gantry.node.files;

import org.jspecify.annotations.NullMarked;
