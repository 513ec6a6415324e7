@NullMarked
package dev.gantry.node.lifecycle;

import org.jspecify.annotations.NullMarked;
