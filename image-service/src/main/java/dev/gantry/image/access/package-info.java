/** What credentials of the registry allow: the gateway knows, and is asked. */
@NullMarked
package dev.gantry.image.access;

import org.jspecify.annotations.NullMarked;
