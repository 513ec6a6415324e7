package dev.gantry.node.blob;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.node.remote.ServiceClient;
import dev.gantry.services.BlobClaim;
import dev.gantry.services.BlobPlaces;
import java.io.IOException;
import java.io.InputStream;

/** The blobs of image-service, as far as a team may read them. */
public final class ImageBlobs {
  private final ServiceClient client;

  public ImageBlobs(ServiceClient client) {
    this.client = client;
  }

  InputStream open(Digest digest, TeamId team, long from) throws IOException {
    return client.get("/v1/blobs/" + digest, team, from);
  }

  BlobPlaces claim(Digest digest, TeamId team, BlobClaim claim) throws IOException {
    return client.post(BlobClaim.path(digest), team, claim, BlobPlaces.class);
  }
}
