/**
 * Whether containers do what they are for: probes that run when they are due. The door is {@link
 * dev.gantry.node.health.HealthMonitor}.
 */
@NullMarked
package dev.gantry.node.health;

import org.jspecify.annotations.NullMarked;
