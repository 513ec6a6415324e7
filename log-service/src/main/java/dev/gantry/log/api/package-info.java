/** The HTTP interface. */
@NullMarked
package dev.gantry.log.api;

import org.jspecify.annotations.NullMarked;
