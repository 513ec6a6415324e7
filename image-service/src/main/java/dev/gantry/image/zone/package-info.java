/** Which nodes have a blob that others of their zone need. */
@NullMarked
package dev.gantry.image.zone;

import org.jspecify.annotations.NullMarked;
