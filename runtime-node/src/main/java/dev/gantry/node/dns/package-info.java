/**
 * Names on networks of one's own: a responder in each container's network namespace, at the address
 * that clients of the engine expect one at.
 */
@NullMarked
package dev.gantry.node.dns;

import org.jspecify.annotations.NullMarked;
