/**
 * The registry's edge: the OCI distribution specification's paths, headers and errors, on a
 * connector of their own.
 */
@NullMarked
package dev.gantry.image.distribution;

import org.jspecify.annotations.NullMarked;
