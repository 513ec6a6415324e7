/** Networks of a team: the predefined ones, made at first use, and those that were asked for. */
@NullMarked
package dev.gantry.network.network;

import org.jspecify.annotations.NullMarked;
