/** Who is on the other side of a connection, and what they may do. */
@NullMarked
package dev.gantry.gateway.identity;

import org.jspecify.annotations.NullMarked;
