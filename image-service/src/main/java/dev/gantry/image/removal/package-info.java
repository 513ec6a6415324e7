/** Untagging and deleting by the engine's rules, and the collection of what nobody refers to. */
@NullMarked
package dev.gantry.image.removal;

import org.jspecify.annotations.NullMarked;
