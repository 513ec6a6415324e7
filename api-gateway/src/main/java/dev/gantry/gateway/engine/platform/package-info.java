/** What the platform has beyond the Engine API, below {@code /gantry/v1}. */
@NullMarked
package dev.gantry.gateway.engine.platform;

import org.jspecify.annotations.NullMarked;
