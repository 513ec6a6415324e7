@NullMarked
package dev.gantry.node.stream;

import org.jspecify.annotations.NullMarked;
