/** The image service: the fleet's image store behind the Engine API. */
@NullMarked
package dev.gantry.image;

import org.jspecify.annotations.NullMarked;
