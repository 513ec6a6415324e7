/** From Kafka into blocks and index, each line once, in order. */
@NullMarked
package dev.gantry.log.ingest;

import org.jspecify.annotations.NullMarked;
