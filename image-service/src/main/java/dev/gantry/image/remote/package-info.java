/**
 * Other registries, as a client of them: to which addresses it connects, how it proves who asks,
 * and the requests of the OCI distribution specification.
 */
@NullMarked
package dev.gantry.image.remote;

import org.jspecify.annotations.NullMarked;
