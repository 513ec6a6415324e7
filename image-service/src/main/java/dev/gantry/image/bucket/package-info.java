/**
 * Blobs as objects of a bucket of S3 or what speaks its protocol. {@link
 * dev.gantry.image.bucket.BucketBlobStore} is the door; nothing here is loaded where blobs are
 * files.
 */
@NullMarked
package dev.gantry.image.bucket;

import org.jspecify.annotations.NullMarked;
