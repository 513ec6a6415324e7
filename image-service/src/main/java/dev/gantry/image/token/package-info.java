/** The registry's own short-lived tokens and the scopes that they have. */
@NullMarked
package dev.gantry.image.token;

import org.jspecify.annotations.NullMarked;
