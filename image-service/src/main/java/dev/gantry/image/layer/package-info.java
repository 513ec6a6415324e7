/**
 * One layer on its way in: read once, hashed twice (as it came, and unpacked), measured and
 * bounded.
 */
@NullMarked
package dev.gantry.image.layer;

import org.jspecify.annotations.NullMarked;
