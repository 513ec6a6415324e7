/** Reads lines back: as the engine's multiplexed stream, or as pages. */
@NullMarked
package dev.gantry.log.query;

import org.jspecify.annotations.NullMarked;
