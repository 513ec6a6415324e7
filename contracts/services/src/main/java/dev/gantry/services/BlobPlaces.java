package dev.gantry.services;

import java.net.URI;
import java.util.List;

/**
 * Where a node finds a blob but at image-service.
 *
 * @param near whether image-service is in the node's own zone, so that nobody is nearer
 * @param nodes of the node's zone that have the blob or are fetching it, as far as is known: in no
 *     order, a few of them, with no promise that they do
 */
public record BlobPlaces(boolean near, List<URI> nodes) {}
