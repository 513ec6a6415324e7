/**
 * Record and kernel, compared and made equal: at start, from time to time, and for who asks. The
 * door is {@link dev.gantry.node.repair.Repair}.
 */
@NullMarked
package dev.gantry.node.repair;

import org.jspecify.annotations.NullMarked;
