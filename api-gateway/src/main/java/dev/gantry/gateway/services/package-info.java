/** Calls to the platform's other processes: connections, deadlines, circuit breakers. */
@NullMarked
package dev.gantry.gateway.services;

import org.jspecify.annotations.NullMarked;
