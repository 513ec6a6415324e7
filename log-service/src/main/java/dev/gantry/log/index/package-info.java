/** Where the lines of each container are, in PostgreSQL. */
@NullMarked
package dev.gantry.log.index;

import org.jspecify.annotations.NullMarked;
