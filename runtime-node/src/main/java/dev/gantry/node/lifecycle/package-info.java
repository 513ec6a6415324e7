/**
 * From record to kernel and back: the ordered hooks that bring a container up and take it down, and
 * the operations that drive them. The door is {@link dev.gantry.node.lifecycle.Operations}.
 */
@NullMarked
package dev.gantry.node.lifecycle;

import org.jspecify.annotations.NullMarked;
