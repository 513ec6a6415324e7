/** The hash chain: pure, knows no database. */
@NullMarked
package dev.gantry.audit.trail;

import org.jspecify.annotations.NullMarked;
