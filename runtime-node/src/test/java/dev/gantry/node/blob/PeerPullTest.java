package dev.gantry.node.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.node.attack.HostileArchive;
import dev.gantry.node.blob.BlobServer.Manner;
import dev.gantry.node.remote.ServiceClient;
import dev.gantry.node.snapshot.LayerLimits;
import dev.gantry.node.snapshot.Layers;
import dev.gantry.services.BlobPlaces;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.ResolvedImage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node of a zone that gets its layers where another node of the zone does as it likes. */
class PeerPullTest {
  private static final PeerLimits PATIENT =
      new PeerLimits(Duration.ofMinutes(1), Duration.ofMinutes(5));
  private static final PeerLimits SHORT =
      new PeerLimits(Duration.ofMillis(500), Duration.ofMinutes(5));
  private static final int LAYER_BYTES = 2 << 20;

  @TempDir Path root;
  private final HttpClient http = HttpClient.newHttpClient();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private BlobServer service;
  private BlobServer peer;
  private Layers layers;
  private KeptBlobs kept;
  private byte[] content = new byte[0];

  @BeforeEach
  void open() throws IOException {
    service = new BlobServer();
    peer = new BlobServer();
    service.places = new BlobPlaces(false, List.of(peer.uri()));
    layers = new Layers(root.resolve("layers"), LayerLimits.DEFAULT, "boot");
    kept =
        new KeptBlobs(
            root.resolve("blobs"),
            new KeptBlobs.Bounds(1 << 30, Duration.ofHours(1)),
            InstantSource.system(),
            FaultPoints.none());
  }

  @AfterEach
  void close() {
    service.close();
    peer.close();
    http.shutdownNow();
  }

  private ZoneBlobs zone(String name, PeerLimits limits) {
    return new ZoneBlobs(
        new ZoneBlobs.Zone(name, URI.create("https://127.0.0.1:9")),
        kept,
        new ImageBlobs(new ServiceClient("image-service", service.uri().toString(), http)),
        new Peers(http, limits),
        meters);
  }

  /** A layer that image-service and the peer have. */
  private ResolvedImage.Layer layer(int seed) throws IOException {
    content = new byte[LAYER_BYTES];
    new Random(seed).nextBytes(content);
    byte[] tar = new HostileArchive().file("f", 0644, content).bytes();
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    }
    peer.put(Digest.ofBytes(tar), packed.toByteArray());
    return service.put(Digest.ofBytes(tar), packed.toByteArray());
  }

  private void pull(ResolvedImage.Layer layer, ZoneBlobs zone) throws IOException {
    layers.ensure(List.of(layer), zone.of(TeamId.DEFAULT));
    assertThat(layers.folder(layer.diffId()).resolve("f")).hasBinaryContent(content);
  }

  private long fetched(String from) {
    return (long) meters.get("gantry.node.layer.fetched").tag("from", from).counter().count();
  }

  private void assertKept(ResolvedImage.Layer layer) throws IOException {
    Path file = root.resolve("blobs/sha256").resolve(layer.digest().hex());
    assertThat(Digest.ofBytes(Files.readAllBytes(file))).isEqualTo(layer.digest());
  }

  @Test
  void aLayerComesFromAPeerAndIsKept() throws Exception {
    ResolvedImage.Layer layer = layer(1);
    pull(layer, zone("west", PATIENT));
    assertThat(fetched("peer")).isEqualTo(layer.size());
    assertThat(service.asked).isEmpty();
    assertThat(service.claims).singleElement().matches(claim -> claim.keeps());
    assertKept(layer);

    layers = new Layers(root.resolve("others"), LayerLimits.DEFAULT, "boot");
    pull(layer, zone("west", PATIENT));
    assertThat(fetched("kept")).isEqualTo(layer.size());
    assertThat(peer.asked).hasSize(1);
  }

  @Test
  void nobodyElseIsAskedWithoutAZoneOrInThatOfImageService() throws Exception {
    ResolvedImage.Layer first = layer(1);
    pull(first, zone("", PATIENT));
    assertThat(service.claims).isEmpty();
    service.places = new BlobPlaces(true, List.of());
    ResolvedImage.Layer second = layer(2);
    pull(second, zone("west", PATIENT));
    assertThat(peer.asked).isEmpty();
    assertThat(fetched("image-service")).isEqualTo(first.size() + second.size());
    assertThat(kept.read(first.digest())).isEmpty();
    assertThat(kept.read(second.digest())).isEmpty();
    assertThat(Files.list(root.resolve("blobs/partial"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"STALLS", "BREAKS_OFF"})
  void imageServiceGoesOnWhereAPeerEnds(Manner manner) throws Exception {
    ResolvedImage.Layer layer = layer(1);
    peer.manner = manner;
    pull(layer, zone("west", SHORT));
    assertThat(peer.asked).containsExactly(0L);
    assertThat(service.asked).singleElement().matches(from -> from > 0 && from <= layer.size() / 2);
    assertThat(fetched("peer")).isEqualTo(service.asked.getFirst());
    assertThat(fetched("image-service")).isEqualTo(layer.size() - service.asked.getFirst());
    assertKept(layer);
  }

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"BOASTS", "DENIES"})
  void imageServiceIsAskedWhereAPeerHasNotJustThat(Manner manner) throws Exception {
    ResolvedImage.Layer layer = layer(1);
    peer.manner = manner;
    pull(layer, zone("west", PATIENT));
    assertThat(fetched("peer")).isZero();
    assertThat(service.asked).containsExactly(0L);
    assertKept(layer);
  }

  @Test
  void aPeerThatLiesIsNotBelievedAndNotAskedAgain() throws Exception {
    ResolvedImage.Layer layer = layer(1);
    peer.manner = Manner.LIES;
    ZoneBlobs zone = zone("west", PATIENT);
    pull(layer, zone);
    assertThat(service.asked).containsExactly(0L);
    assertKept(layer);
    pull(layer(2), zone);
    assertThat(peer.asked).hasSize(1);
  }

  @Test
  void aPeerThatLacksOneLayerIsAskedForTheNext() throws Exception {
    ZoneBlobs zone = zone("west", PATIENT);
    peer.manner = Manner.DENIES;
    pull(layer(1), zone);
    peer.manner = Manner.SOUND;
    pull(layer(2), zone);
    assertThat(service.asked).hasSize(1);
    assertThat(peer.asked).hasSize(2);
  }

  @Test
  void whatThisNodeHasKeptIsNotBelievedEither() throws Exception {
    ResolvedImage.Layer layer = layer(1);
    pull(layer, zone("west", PATIENT));
    Path file = root.resolve("blobs/sha256").resolve(layer.digest().hex());
    byte[] spoilt = Files.readAllBytes(file);
    spoilt[spoilt.length / 2] ^= 1;
    Files.write(file, spoilt);
    layers = new Layers(root.resolve("others"), LayerLimits.DEFAULT, "boot");
    pull(layer, zone("west", PATIENT));
    assertThat(service.asked).containsExactly(0L);
    assertKept(layer);
  }

  @Test
  void onePeerGoesOnWhereAnotherEnds() throws Exception {
    try (var second = new BlobServer()) {
      ResolvedImage.Layer layer = layer(1);
      byte[] blob = service.blob(layer.digest());
      second.put(layer.diffId(), blob);
      peer.manner = Manner.BREAKS_OFF;
      service.places = new BlobPlaces(false, List.of(peer.uri(), second.uri()));
      pull(layer, zone("west", PATIENT));
      assertThat(service.asked).isEmpty();
      assertThat(second.asked).singleElement().matches(from -> from > 0);
      assertKept(layer);
    }
  }

  @Test
  void peersAreAskedForSoLongAndNoLonger() throws Exception {
    ResolvedImage.Layer layer = layer(1);
    pull(layer, zone("west", new PeerLimits(Duration.ofMinutes(1), Duration.ZERO)));
    assertThat(peer.asked).isEmpty();
    assertThat(service.asked).containsExactly(0L);
  }

  @Test
  void imageServiceIsAskedWhereAPeerIsGone() throws Exception {
    ResolvedImage.Layer layer = layer(1);
    peer.close();
    pull(layer, zone("west", PATIENT));
    assertThat(service.asked).containsExactly(0L);
  }
}
