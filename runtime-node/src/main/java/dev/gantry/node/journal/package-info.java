/**
 * What the node tells the rest of the platform: the state of each container, what happened, and how
 * the node itself is. The door is {@link dev.gantry.node.journal.NodeJournal}.
 */
@NullMarked
package dev.gantry.node.journal;

import org.jspecify.annotations.NullMarked;
