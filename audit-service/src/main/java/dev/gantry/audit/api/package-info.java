/** The internal HTTP interface. */
@NullMarked
package dev.gantry.audit.api;

import org.jspecify.annotations.NullMarked;
