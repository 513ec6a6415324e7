/**
 * The OCI runtime (crun or runc) under conmon: containers and execs from create to their exit code.
 */
@NullMarked
package dev.gantry.node.runtime;

import org.jspecify.annotations.NullMarked;
