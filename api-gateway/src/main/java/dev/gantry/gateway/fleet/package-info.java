/** What the gateway knows of nodes, containers and service instances. */
@NullMarked
package dev.gantry.gateway.fleet;

import org.jspecify.annotations.NullMarked;
