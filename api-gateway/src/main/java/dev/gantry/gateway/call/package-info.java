/** One call of the API: who asks, what for, in which version, and how it is answered. */
@NullMarked
package dev.gantry.gateway.call;

import org.jspecify.annotations.NullMarked;
