/** Every call, on its way to the audit trail. */
@NullMarked
package dev.gantry.gateway.audit;

import org.jspecify.annotations.NullMarked;
