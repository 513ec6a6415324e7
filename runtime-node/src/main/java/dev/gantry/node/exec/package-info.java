/**
 * Further processes in running containers. They are remembered in memory only: what started them
 * asks for them soon, or never. The door is {@link dev.gantry.node.exec.Execs}.
 */
@NullMarked
package dev.gantry.node.exec;

import org.jspecify.annotations.NullMarked;
