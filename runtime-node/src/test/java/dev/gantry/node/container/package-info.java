@NullMarked
package dev.gantry.node.container;

import org.jspecify.annotations.NullMarked;
