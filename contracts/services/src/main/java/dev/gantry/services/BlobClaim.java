package dev.gantry.services;

import java.net.URI;

/**
 * What a node that has a zone tells image-service before it fetches a blob: {@code POST} to {@link
 * #path}. The answer is {@link BlobPlaces}.
 *
 * @param zone of the node
 * @param uri where the node's internal interface answers
 * @param keeps whether others may have the blob of this node from now on, while it comes and after
 */
public record BlobClaim(String zone, URI uri, boolean keeps) {

  /** Where it is sent to. */
  public static String path(Object digest) {
    return "/v1/blobs/" + digest + "/holders";
  }
}
