/**
 * What a team's repositories hold, whoever brought it: manifests by tag and digest, the blobs that
 * they name, and blobs that a push is about to name.
 */
@NullMarked
package dev.gantry.image.repository;

import org.jspecify.annotations.NullMarked;
