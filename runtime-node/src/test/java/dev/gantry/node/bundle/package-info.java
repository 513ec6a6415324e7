@NullMarked
package dev.gantry.node.bundle;

import org.jspecify.annotations.NullMarked;
