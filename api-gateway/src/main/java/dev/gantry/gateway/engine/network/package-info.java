/**
 * Networks: network-service has them, the read model knows who is on them, nodes join and leave.
 */
@NullMarked
package dev.gantry.gateway.engine.network;

import org.jspecify.annotations.NullMarked;
