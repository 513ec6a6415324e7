/** The engine as a whole: ping, version, info, disk use. */
@NullMarked
package dev.gantry.gateway.engine.system;

import org.jspecify.annotations.NullMarked;
