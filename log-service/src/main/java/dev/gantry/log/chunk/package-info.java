/** Lines as compressed blocks, and the files that hold them; knows no database. */
@NullMarked
package dev.gantry.log.chunk;

import org.jspecify.annotations.NullMarked;
