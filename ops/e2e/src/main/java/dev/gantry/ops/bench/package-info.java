/** The same commands against this platform and another engine, in turn, in one run. */
@NullMarked
package dev.gantry.ops.bench;

import org.jspecify.annotations.NullMarked;
