@NullMarked
package dev.gantry.node.log;

import org.jspecify.annotations.NullMarked;
