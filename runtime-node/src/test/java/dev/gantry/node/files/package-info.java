@NullMarked
package dev.gantry.node.files;

import org.jspecify.annotations.NullMarked;
