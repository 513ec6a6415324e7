package dev.gantry.image.transfer;

import dev.gantry.engine.TeamId;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.remote.RemoteRegistries;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.services.FaultPoints;
import java.time.InstantSource;
import org.jooq.DSLContext;

/** All that goes to and comes from other registries. */
public final class Traffic {
  private final RemoteRegistries registries;
  private final Pulls pulls;
  private final Pushes pushes;
  private final Transfers transfers;

  /** The store into which images come and out of which they go. */
  public record Store(
      DSLContext database,
      BlobStore blobs,
      LayerIntake intake,
      ManifestPush manifests,
      FaultPoints faults,
      InstantSource clock) {}

  public Traffic(Store store, RemoteRegistries registries, TransferLimits limits) {
    this.transfers = new Transfers(limits.transfers());
    BlobFetches fetches =
        new BlobFetches(
            store.database(), store.blobs(), store.intake(), store.faults(), store.clock());
    this.registries = registries;
    this.pulls =
        new Pulls(store.database(), registries, fetches, store.manifests(), transfers, limits);
    this.pushes =
        new Pushes(
            store.database(), store.blobs(), registries, store.manifests(), transfers, limits);
  }

  public RemoteRegistries registries() {
    return registries;
  }

  /** One that is under way until it is closed. */
  Transfers.Running begin(TeamId team) {
    return transfers.begin(team);
  }

  public Pulls pulls() {
    return pulls;
  }

  public Pushes pushes() {
    return pushes;
  }
}
