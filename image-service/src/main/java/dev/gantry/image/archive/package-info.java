/** Images as archives: load, import and save. */
@NullMarked
package dev.gantry.image.archive;

import org.jspecify.annotations.NullMarked;
