/** The trail as it grows, for those who listen. */
@NullMarked
package dev.gantry.audit.subscribe;

import org.jspecify.annotations.NullMarked;
