/** Sockets, HTTP, upgrades: bytes to calls and answers to bytes. */
@NullMarked
package dev.gantry.gateway.edge;

import org.jspecify.annotations.NullMarked;
