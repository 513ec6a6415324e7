/**
 * What is known of each host: the prefixes that it uses itself, and for how long it has been
 * silent.
 */
@NullMarked
package dev.gantry.network.host;

import org.jspecify.annotations.NullMarked;
