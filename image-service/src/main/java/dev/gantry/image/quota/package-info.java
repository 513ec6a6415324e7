/** How many bytes teams have and may have. */
@NullMarked
package dev.gantry.image.quota;

import org.jspecify.annotations.NullMarked;
