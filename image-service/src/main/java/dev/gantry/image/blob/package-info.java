/**
 * Content by digest: staged on the local disk, kept where {@link dev.gantry.image.blob.BlobStore}
 * says, by default on the file system: synced, renamed; and the rows that say what is there.
 */
@NullMarked
package dev.gantry.image.blob;

import org.jspecify.annotations.NullMarked;
