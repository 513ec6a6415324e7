/** The platform as a whole, driven by the clients that people use. */
@NullMarked
package dev.gantry.ops.e2e;

import org.jspecify.annotations.NullMarked;
