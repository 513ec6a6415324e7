/**
 * Blobs on their way in from a push: sessions that outlive their connection and this process, until
 * they are finished, cancelled or too old.
 */
@NullMarked
package dev.gantry.image.upload;

import org.jspecify.annotations.NullMarked;
