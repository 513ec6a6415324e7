/** What a container changed becomes an image. */
@NullMarked
package dev.gantry.node.commit;

import org.jspecify.annotations.NullMarked;
