/**
 * The output of containers: reading it back from the file that conmon writes, and handing it on to
 * log-service. The door is {@link dev.gantry.node.log.ContainerLog}.
 */
@NullMarked
package dev.gantry.node.log;

import org.jspecify.annotations.NullMarked;
