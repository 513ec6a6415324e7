/**
 * Networks on this host: blocks of addresses leased ahead of need, a bridge a network, a sandbox a
 * container, and one table of the packet filter.
 */
@NullMarked
package dev.gantry.node.network;

import org.jspecify.annotations.NullMarked;
