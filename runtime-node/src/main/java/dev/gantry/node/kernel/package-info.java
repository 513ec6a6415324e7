/**
 * What the node asks of Linux, and the only place that touches {@code java.lang.foreign}. Calls
 * that change the namespaces of a thread run on threads of their own, never on a carrier of virtual
 * threads.
 */
@NullMarked
package dev.gantry.node.kernel;

import org.jspecify.annotations.NullMarked;
