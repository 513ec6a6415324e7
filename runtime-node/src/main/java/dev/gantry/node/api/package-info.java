/**
 * The node's internal HTTP interface: who is asked for, which team asks, and errors as problem
 * bodies.
 */
@NullMarked
package dev.gantry.node.api;

import org.jspecify.annotations.NullMarked;
