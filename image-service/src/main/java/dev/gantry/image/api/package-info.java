/** The HTTP edge: Engine paths for the gateway, blobs and resolution for nodes. */
@NullMarked
package dev.gantry.image.api;

import org.jspecify.annotations.NullMarked;
