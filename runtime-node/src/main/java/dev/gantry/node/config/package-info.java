/** The node's settings, its identity and the tree of its files. */
@NullMarked
package dev.gantry.node.config;

import org.jspecify.annotations.NullMarked;
