/**
 * Arithmetic of addresses: which subnet and which block is the next free one. Pure; knows no
 * database.
 */
@NullMarked
package dev.gantry.network.plan;

import org.jspecify.annotations.NullMarked;
