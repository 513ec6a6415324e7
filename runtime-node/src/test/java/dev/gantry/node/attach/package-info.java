@NullMarked
package dev.gantry.node.attach;

import org.jspecify.annotations.NullMarked;
