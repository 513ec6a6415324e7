/** The node as a whole: a process of its own on the real kernel, with a real broker. */
@NullMarked
package dev.gantry.node.running;

import org.jspecify.annotations.NullMarked;
