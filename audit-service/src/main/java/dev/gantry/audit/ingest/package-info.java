/** Calls from Kafka become records of the trail. */
@NullMarked
package dev.gantry.audit.ingest;

import org.jspecify.annotations.NullMarked;
