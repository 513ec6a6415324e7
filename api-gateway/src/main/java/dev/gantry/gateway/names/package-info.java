/** Names of containers, and which node each was given to. */
@NullMarked
package dev.gantry.gateway.names;

import org.jspecify.annotations.NullMarked;
