/** Reading the trail, and checking it. */
@NullMarked
package dev.gantry.audit.query;

import org.jspecify.annotations.NullMarked;
