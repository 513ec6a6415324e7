/** log-service: output that outlives its container. */
@NullMarked
package dev.gantry.log;

import org.jspecify.annotations.NullMarked;
