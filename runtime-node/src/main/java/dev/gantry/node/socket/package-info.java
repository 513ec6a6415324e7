/** Sockets in containers that speak for the container's team. */
@NullMarked
package dev.gantry.node.socket;

import org.jspecify.annotations.NullMarked;
