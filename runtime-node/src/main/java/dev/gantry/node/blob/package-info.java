/**
 * Blobs of layers that a node of a zone keeps for the others of its zone, and gets from them. A
 * node without a zone, or in that of image-service, does neither.
 */
@NullMarked
package dev.gantry.node.blob;

import org.jspecify.annotations.NullMarked;
