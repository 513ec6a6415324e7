/** Containers as the Engine API has them. */
@NullMarked
package dev.gantry.gateway.engine.container;

import org.jspecify.annotations.NullMarked;
