/** Networks: all of it is network-service's. */
@NullMarked
package dev.gantry.gateway.engine.network;

import org.jspecify.annotations.NullMarked;
