/**
 * Long-lived byte streams between gateway and node: the {@code gantry-stream} upgrade, the frames
 * that a client's input arrives in, and the keys that detach a terminal.
 */
@NullMarked
package dev.gantry.node.stream;

import org.jspecify.annotations.NullMarked;
