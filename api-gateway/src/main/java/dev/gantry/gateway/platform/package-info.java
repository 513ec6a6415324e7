/**
 * What the platform offers beyond the Engine API, below {@code /gantry/v1}: nodes, audit, kept
 * output.
 */
@NullMarked
package dev.gantry.gateway.platform;

import org.jspecify.annotations.NullMarked;
