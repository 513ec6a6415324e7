/** Images: all of it is image-service's. */
@NullMarked
package dev.gantry.gateway.engine.image;

import org.jspecify.annotations.NullMarked;
