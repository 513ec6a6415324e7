/**
 * What an OCI runtime is given: {@code config.json} and the files in {@code /etc} (runtime-spec,
 * bundle.md, config.md).
 */
@NullMarked
package dev.gantry.node.bundle;

import org.jspecify.annotations.NullMarked;
