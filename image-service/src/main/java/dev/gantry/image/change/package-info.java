/** Instructions of a Dockerfile that change the configuration of an image, as commit takes them. */
@NullMarked
package dev.gantry.image.change;

import org.jspecify.annotations.NullMarked;
