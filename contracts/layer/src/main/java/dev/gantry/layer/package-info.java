/** The archives that layers are, as every process has to read them that is given one. */
@NullMarked
package dev.gantry.layer;

import org.jspecify.annotations.NullMarked;
