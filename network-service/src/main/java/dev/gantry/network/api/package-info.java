/** The internal HTTP interface of network-service. */
@NullMarked
package dev.gantry.network.api;

import org.jspecify.annotations.NullMarked;
