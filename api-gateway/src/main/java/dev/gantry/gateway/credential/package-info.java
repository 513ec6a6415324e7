/** Access tokens of teams, and what teams let everybody pull. */
@NullMarked
package dev.gantry.gateway.credential;

import org.jspecify.annotations.NullMarked;
