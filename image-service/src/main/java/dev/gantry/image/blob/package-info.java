/**
 * Content by digest on the file system: written beside, synced, renamed; and the rows that say what
 * is there.
 */
@NullMarked
package dev.gantry.image.blob;

import org.jspecify.annotations.NullMarked;
