/**
 * The Engine API's records, identifiers and stream framing that more than one module reads. Records
 * carry the newest shape served (1.51); what older versions see is made from it at the gateway.
 */
@NullMarked
package dev.gantry.engine;

import org.jspecify.annotations.NullMarked;
