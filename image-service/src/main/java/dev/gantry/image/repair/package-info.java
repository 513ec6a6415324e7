/** The verifier that reads the whole store. */
@NullMarked
package dev.gantry.image.repair;

import org.jspecify.annotations.NullMarked;
