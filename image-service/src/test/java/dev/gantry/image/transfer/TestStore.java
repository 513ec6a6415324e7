package dev.gantry.image.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.delivery.Outbox;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.image.archive.ImageStore;
import dev.gantry.image.archive.RootImport;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.bucket.TestBlobStores;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.ImageNames;
import dev.gantry.image.catalog.Lookup;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.layer.LayerLimits;
import dev.gantry.image.manifest.ImagePlatform;
import dev.gantry.image.remote.AddressGate;
import dev.gantry.image.remote.Credentials;
import dev.gantry.image.remote.RemoteRegistries;
import dev.gantry.image.remote.RemoteSettings;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.FaultPoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import tools.jackson.databind.JsonNode;

/** A store with real files and a real database, into which and out of which images go. */
final class TestStore implements AutoCloseable {
  static final Actor ANN = new Actor(TeamId.DEFAULT, "ann");
  static final Actor SHOP = new Actor(new TeamId("shop"), "bob");
  static final List<String> HERE = List.of("127.7.7.0/24");

  final DSLContext database;
  final BlobStore blobs;
  private final RemoteRegistries registries;
  private final Traffic traffic;

  private TestStore(
      PostgresCluster postgres, Path folder, FaultPoints faults, RemoteSettings settings) {
    database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    blobs = TestBlobStores.open(folder, database);
    InstantSource clock = InstantSource.system();
    LayerIntake intake = new LayerIntake(new LayerLimits(64 << 20, 1000));
    ManifestPush manifests =
        new ManifestPush(
            database, blobs, intake, new ImageEvents(new Outbox("image")), faults, clock, _ -> {});
    registries =
        new RemoteRegistries(
            settings, new AddressGate(settings, new InetSocketAddress("127.0.0.1", 1)));
    traffic =
        new Traffic(
            new Traffic.Store(database, blobs, intake, manifests, faults, clock),
            registries,
            new TransferLimits(3, 20, 64 << 20));
  }

  static RemoteSettings settings(List<String> insecure, List<String> mirrors) {
    return new RemoteSettings(insecure, mirrors, 3, 20, Duration.ofSeconds(20));
  }

  static TestStore start(PostgresCluster postgres, Path folder) throws IOException {
    return start(postgres, folder, settings(HERE, List.of()));
  }

  static TestStore start(PostgresCluster postgres, Path folder, RemoteSettings settings)
      throws IOException {
    TestStore store = new TestStore(postgres, folder, FaultPoints.none(), settings);
    store.blobs.repair(store.database);
    return store;
  }

  /** One with what an earlier one had. */
  static TestStore again(PostgresCluster postgres, Path folder) throws IOException {
    TestStore store =
        new TestStore(postgres, folder, FaultPoints.none(), settings(HERE, List.of()));
    store.blobs.repair(store.database);
    return store;
  }

  /** The same store, of which the fault point fails. */
  static TestStore failing(PostgresCluster postgres, Path folder, String point) {
    return new TestStore(
        postgres,
        folder,
        FaultPoints.parse(point + "=error", Set.of(point)),
        settings(HERE, List.of()));
  }

  /** What the client was told. */
  List<String> pull(String name, String tag) throws IOException, InterruptedException {
    return pull(ANN, name, tag, Credentials.NONE);
  }

  List<String> pull(Actor actor, String name, String tag, Credentials credentials)
      throws IOException, InterruptedException {
    return pull(actor, new Pulls.Wanted(name, tag, Optional.empty()), credentials);
  }

  List<String> pull(Actor actor, String name, String tag, String platform)
      throws IOException, InterruptedException {
    return pull(
        actor, new Pulls.Wanted(name, tag, ImagePlatform.parse(platform)), Credentials.NONE);
  }

  private List<String> pull(Actor actor, Pulls.Wanted wanted, Credentials credentials)
      throws IOException, InterruptedException {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    traffic.pulls().pull(actor, wanted, credentials, new Progress(() -> told));
    return lines(told);
  }

  void pull(String name, String tag, Progress progress) throws IOException, InterruptedException {
    traffic
        .pulls()
        .pull(ANN, new Pulls.Wanted(name, tag, Optional.empty()), Credentials.NONE, progress);
  }

  List<String> push(String name, String tag) throws IOException, InterruptedException {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    traffic.pushes().push(ANN, name, tag, Credentials.NONE, new Progress(() -> told));
    return lines(told);
  }

  void tag(String name, String other) {
    store().tag(ANN, name, ImageNames.parse(other));
  }

  private ImageStore store() {
    return new ImageStore(
        database,
        blobs,
        new ImageEvents(new Outbox("image")),
        FaultPoints.none(),
        InstantSource.system());
  }

  /** What the client was told. */
  List<String> importFrom(String source, String name) throws IOException, InterruptedException {
    LayerIntake intake = new LayerIntake(new LayerLimits(64 << 20, 1000));
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    new UrlImport(traffic, new RootImport(store(), blobs, intake, InstantSource.system()))
        .run(
            ANN,
            new UrlImport.Wanted(source, Optional.of(ImageNames.parse(name)), "", List.of()),
            new Progress(() -> told));
    return lines(told);
  }

  RemoteRegistries registries() {
    return registries;
  }

  /** Status and id of each line but those of moving bytes. */
  private static List<String> lines(ByteArrayOutputStream told) {
    return told.toString(UTF_8)
        .lines()
        .map(EngineJson.MAPPER::readTree)
        .filter(line -> line.at("/progressDetail/current").isMissingNode())
        .map(TestStore::shown)
        .toList();
  }

  private static String shown(JsonNode line) {
    if (line.has("aux")) {
      return line.get("aux").toString();
    }
    String id = line.path("id").asString("");
    return (id.isEmpty() ? "" : id + ": ") + line.path("status").asString("");
  }

  Optional<TeamImage> image(Actor actor, String name) {
    return Catalog.find(database, actor.team(), name) instanceof Lookup.Found found
        ? Optional.of(found.image())
        : Optional.empty();
  }

  boolean has(Digest blob) throws IOException {
    return blobs.list().contains(blob);
  }

  @Override
  public void close() throws IOException {
    registries.close();
    blobs.close();
  }
}
