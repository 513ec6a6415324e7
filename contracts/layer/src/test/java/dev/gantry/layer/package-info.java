@NullMarked
package dev.gantry.layer;

import org.jspecify.annotations.NullMarked;
