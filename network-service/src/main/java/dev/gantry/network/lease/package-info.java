/** Blocks of a network's addresses, lent to nodes and given back. */
@NullMarked
package dev.gantry.network.lease;

import org.jspecify.annotations.NullMarked;
