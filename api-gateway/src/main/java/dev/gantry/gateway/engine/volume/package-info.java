/** Volumes, which live on nodes. */
@NullMarked
package dev.gantry.gateway.engine.volume;

import org.jspecify.annotations.NullMarked;
