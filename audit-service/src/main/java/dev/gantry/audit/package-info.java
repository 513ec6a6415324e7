/** audit-service: who did what, and proof that nobody changed the record of it. */
@NullMarked
package dev.gantry.audit;

import org.jspecify.annotations.NullMarked;
