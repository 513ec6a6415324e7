/** network-service: the address plan of the fleet. */
@NullMarked
package dev.gantry.network;

import org.jspecify.annotations.NullMarked;
