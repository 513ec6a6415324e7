/** The one door of the platform: who, what, where. */
@NullMarked
package dev.gantry.gateway;

import org.jspecify.annotations.NullMarked;
