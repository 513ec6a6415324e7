/** Blobs that nodes of a zone keep for each other. */
@org.jspecify.annotations.NullMarked
package dev.gantry.node.blob;
