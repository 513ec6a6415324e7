/** What the node asks of other services: blobs of images, and blocks of addresses. */
@NullMarked
package dev.gantry.node.remote;

import org.jspecify.annotations.NullMarked;
