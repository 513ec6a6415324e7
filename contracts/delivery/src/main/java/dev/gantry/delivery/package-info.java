/**
 * Keeps the promise "at least once, in order per noun, nothing lost" between a process and Kafka.
 */
@NullMarked
package dev.gantry.delivery;

import org.jspecify.annotations.NullMarked;
