package dev.gantry.node.blob;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.node.snapshot.BlobSource;
import dev.gantry.services.BlobClaim;
import dev.gantry.services.BlobPlaces;
import dev.gantry.services.ResolvedImage;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node's layers come from: this node itself, where it has kept the blob; others of its zone
 * that have it or are just fetching it; image-service. Without a zone, or in that of image-service,
 * the last alone.
 */
public final class ZoneBlobs {
  private static final Logger log = LoggerFactory.getLogger(ZoneBlobs.class);

  /**
   * Where this node is.
   *
   * @param name empty for no zone
   * @param self where this node's internal interface answers
   */
  public record Zone(String name, URI self) {}

  private final Zone zone;
  private final KeptBlobs kept;
  private final ImageBlobs images;
  private final Peers peers;
  private final FetchedBytes bytes;

  public ZoneBlobs(
      Zone zone, KeptBlobs kept, ImageBlobs images, Peers peers, MeterRegistry meters) {
    this.zone = zone;
    this.kept = kept;
    this.images = images;
    this.peers = peers;
    this.bytes = new FetchedBytes(meters);
  }

  /** What the containers of a team are made of. */
  public BlobSource of(TeamId team) {
    return new OfTeam(team);
  }

  private final class OfTeam implements BlobSource {
    private final TeamId team;

    /** Of which this node or others gave something that no layer could be made of. */
    private final Set<Digest> doubted = ConcurrentHashMap.newKeySet();

    OfTeam(TeamId team) {
      this.team = team;
    }

    @Override
    public boolean hasSurer(ResolvedImage.Layer layer) {
      return doubted.contains(layer.digest());
    }

    @Override
    public InputStream open(ResolvedImage.Layer layer) throws IOException {
      Digest digest = layer.digest();
      if (zone.name().isEmpty()) {
        return ofImageServiceAlone(digest);
      }
      if (hasSurer(layer)) {
        return feed(layer, List.of(), begin(layer));
      }
      if (kept.isWhole(digest)) {
        return feed(layer, List.of(ofThisNode(digest)), Optional.empty());
      }
      // Begun before it is claimed: who is told of this node finds it here.
      Optional<Arrival> arrival = begin(layer);
      BlobPlaces places = claim(layer, arrival.isPresent());
      if (places.near()) {
        if (arrival.isPresent()) {
          arrival.get().abandon();
        }
        return ofImageServiceAlone(digest);
      }
      List<Origin> nearer = new ArrayList<>();
      for (URI peer : places.nodes()) {
        if (peers.mayAsk(peer)) {
          nearer.add(peers.origin(peer, digest, layer.size()));
        }
      }
      return feed(layer, nearer, arrival);
    }

    /** Whoever unpacks it checks the digest; nobody else has it from here. */
    private InputStream ofImageServiceAlone(Digest digest) throws IOException {
      return bytes.counted(Origin.Kind.IMAGE_SERVICE, images.open(digest, team, 0));
    }

    private Optional<Arrival> begin(ResolvedImage.Layer layer) {
      try {
        return kept.begin(layer.digest(), layer.size());
      } catch (IOException e) {
        log.warn("the blob {} is not kept: {}", layer.digest(), e.toString());
        return Optional.empty();
      }
    }

    private BlobPlaces claim(ResolvedImage.Layer layer, boolean keeps) {
      try {
        return images.claim(layer.digest(), team, new BlobClaim(zone.name(), zone.self(), keeps));
      } catch (IOException | RuntimeException e) {
        // Where image-service is away, or refuses, it says so again when it is asked for the blob.
        log.info("nobody says who has {}: {}", layer.digest(), e.toString());
        return new BlobPlaces(false, List.of());
      }
    }

    private InputStream feed(
        ResolvedImage.Layer layer, List<Origin> nearer, Optional<Arrival> arrival) {
      List<Origin> origins = new ArrayList<>(nearer);
      origins.add(ofImageService(layer.digest()));
      return new BlobFeed(
          layer,
          origins,
          arrival.orElse(null),
          peers.limits(),
          new BlobFeed.Listeners(bytes, () -> doubted.add(layer.digest())));
    }

    private Origin ofThisNode(Digest digest) {
      return new Origin() {
        @Override
        public Kind kind() {
          return Kind.KEPT;
        }

        @Override
        public InputStream open(long from) throws IOException {
          KeptBlob blob = kept.read(digest).orElseThrow(() -> new IOException("it is gone"));
          return blob.stream(from);
        }

        @Override
        public void blame(IOException reason) {
          log.warn("the kept blob {} is discarded: {}", digest, reason.getMessage());
          kept.discard(digest);
        }
      };
    }

    private Origin ofImageService(Digest digest) {
      return new Origin() {
        @Override
        public Kind kind() {
          return Kind.IMAGE_SERVICE;
        }

        @Override
        public InputStream open(long from) throws IOException {
          return images.open(digest, team, from);
        }

        @Override
        public void blame(IOException reason) {
          // Its word is the last.
        }
      };
    }
  }
}
