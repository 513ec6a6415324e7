/** Commands in running containers. */
@NullMarked
package dev.gantry.gateway.engine.exec;

import org.jspecify.annotations.NullMarked;
