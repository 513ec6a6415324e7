/** The node as a process: what it is made of and in which order it starts. */
@NullMarked
package dev.gantry.node;

import org.jspecify.annotations.NullMarked;
