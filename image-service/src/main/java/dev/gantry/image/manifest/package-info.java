/**
 * The documents of the OCI image specification: manifest, index, config. Pure: bytes in, values
 * out.
 */
@NullMarked
package dev.gantry.image.manifest;

import org.jspecify.annotations.NullMarked;
