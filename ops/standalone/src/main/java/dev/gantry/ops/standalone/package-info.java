/** The control plane of a single machine: a Kafka broker and every service in one process. */
@NullMarked
package dev.gantry.ops.standalone;

import org.jspecify.annotations.NullMarked;
