@NullMarked
package dev.gantry.node.health;

import org.jspecify.annotations.NullMarked;
