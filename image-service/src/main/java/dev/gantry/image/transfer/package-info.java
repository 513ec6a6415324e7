/** Pulling images from other registries into the store, and pushing them out of it. */
@NullMarked
package dev.gantry.image.transfer;

import org.jspecify.annotations.NullMarked;
