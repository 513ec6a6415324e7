/**
 * Real things for tests: a Kafka broker, a PostgreSQL cluster. Test scope only; depends on no
 * service.
 */
@NullMarked
package dev.gantry.ops.testkit;

import org.jspecify.annotations.NullMarked;
