/**
 * What the node records of a container: its states and how they follow each other, what it was
 * asked to be, and the file that remembers it. The door is {@link
 * dev.gantry.node.container.Containers}.
 */
@NullMarked
package dev.gantry.node.container;

import org.jspecify.annotations.NullMarked;
