/** Which node a new container goes to; no I/O. */
@NullMarked
package dev.gantry.gateway.placement;

import org.jspecify.annotations.NullMarked;
