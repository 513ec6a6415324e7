/** Tags that go by the rules of their teams. */
@NullMarked
package dev.gantry.image.retention;

import org.jspecify.annotations.NullMarked;
