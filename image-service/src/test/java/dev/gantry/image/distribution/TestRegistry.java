package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.delivery.Outbox;
import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.TeamId;
import dev.gantry.image.access.Credentials;
import dev.gantry.image.access.Gateway;
import dev.gantry.image.archive.ImageLoad;
import dev.gantry.image.archive.ImageStore;
import dev.gantry.image.archive.RootImport;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.bucket.TestBlobStores;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.layer.LayerIntake;
import dev.gantry.image.layer.LayerLimits;
import dev.gantry.image.removal.Collector;
import dev.gantry.image.removal.Removals;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.repository.PendingBlobs;
import dev.gantry.image.repository.RepositoryRemovals;
import dev.gantry.image.repository.Space;
import dev.gantry.image.retention.Retention;
import dev.gantry.image.upload.Housekeeping;
import dev.gantry.image.upload.UploadLimits;
import dev.gantry.image.upload.Uploads;
import dev.gantry.ops.testkit.FreePorts;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.FaultPoints;
import dev.gantry.services.TlsFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import tools.jackson.databind.JsonNode;

/** A registry with real files, on a real connector and a real database, and a client of it. */
final class TestRegistry implements AutoCloseable {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final Actor DEFAULT = new Actor(TeamId.DEFAULT, "ann");
  static final Removals.InUse NOWHERE = new Removals.InUse(Map.of(), Set.of());
  static final long MOST_BYTES = 1 << 20;
  private static final UploadLimits LIMITS =
      new UploadLimits(MOST_BYTES, 20, Duration.ofHours(24), Duration.ofHours(1));

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = FreePorts.next();
  private final int tlsPort = FreePorts.next();
  private final Tomcat tomcat = new Tomcat();
  final DSLContext database;
  final BlobStore blobs;
  final ImageStore store;
  final ImageLoad load;
  private final RootImport imports;
  final Removals removals;
  final Retention retention;

  /** What was pushed to, as those are told who look at retention afterwards. */
  final List<Space> pushes = new CopyOnWriteArrayList<>();

  /** The images that containers use. */
  volatile Retention.ImageUses uses = _ -> Set.of();

  final TestGateway gateway = new TestGateway();

  /** A member of the default team, who calls where no test says who. */
  final String member = gateway.issue("member", "default", TestGateway.ALL);

  private final Housekeeping housekeeping;
  private final Collector collector;
  private volatile Duration ahead = Duration.ZERO;
  private volatile Optional<Instant> stopped = Optional.empty();

  /** What differs from one to the other. */
  private record Setup(FaultPoints faults, Optional<TlsFiles> files) {}

  private TestRegistry(PostgresCluster postgres, Path folder, Setup setup) throws Exception {
    FaultPoints faults = setup.faults();
    database = DSL.using(postgres.dataSource(), SQLDialect.POSTGRES);
    blobs = TestBlobStores.open(folder, database);
    ImageEvents events = new ImageEvents(new Outbox("image"));
    LayerIntake intake = new LayerIntake(new LayerLimits(MOST_BYTES, 100));
    collector = new Collector(database, blobs, faults);
    Uploads uploads = new Uploads(database, blobs, LIMITS, faults, this::now);
    store = new ImageStore(database, blobs, events, faults, this::now);
    load = new ImageLoad(store, blobs, intake);
    imports = new RootImport(store, blobs, intake, this::now);
    removals = new Removals(database, collector, events, this::now);
    housekeeping = new Housekeeping(database, uploads, collector, LIMITS, () -> {}, this::now);
    retention = new Retention(database, collector, events, team -> uses.of(team), this::now);
    Credentials credentials = new Credentials(new Gateway(List.of(gateway)), this::now);
    Registry registry =
        new Registry(
            database,
            blobs,
            uploads,
            new ManifestPush(database, blobs, intake, events, faults, this::now, pushes::add),
            new RepositoryRemovals(database, collector, events, this::now),
            events,
            new RegistryAudit(
                database, new Outbox("image"), new Refusals(credentials, this::now), this::now),
            credentials,
            this::now);
    RegistryDoor door =
        new RegistryDoor(
            new RegistryAddress("127.0.0.1", port),
            setup.files().map(_ -> new RegistryAddress("127.0.0.1", tlsPort)),
            setup.files().orElse(new TlsFiles(folder, folder, folder)),
            registry);
    tomcat.setBaseDir(folder.resolve("tomcat").toString());
    door.connectors().forEach(tomcat::setConnector);
    tomcat.getEngine().getPipeline().addValve(door.valve());
    tomcat.addContext("", folder.toString());
    tomcat.start();
  }

  /** One with what database and folder have. */
  static TestRegistry start(PostgresCluster postgres, Path folder) throws Exception {
    return new TestRegistry(postgres, folder, new Setup(FaultPoints.none(), Optional.empty()));
  }

  /** One with what an earlier one had, that fails at the fault point. */
  static TestRegistry failing(PostgresCluster postgres, Path folder, String point)
      throws Exception {
    return new TestRegistry(
        postgres,
        folder,
        new Setup(FaultPoints.parse(point + "=error", Set.of(point)), Optional.empty()));
  }

  /** One that other teams reach, too. */
  static TestRegistry secured(PostgresCluster postgres, Path folder, TlsFiles files)
      throws Exception {
    return new TestRegistry(postgres, folder, new Setup(FaultPoints.none(), Optional.of(files)));
  }

  URI tls(String path) {
    return URI.create("https://127.0.0.1:" + tlsPort + path);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private Instant now() {
    return stopped.orElseGet(Instant::now).plus(ahead);
  }

  /** From now on time passes only where a test lets it. */
  void stopTheClock() {
    stopped = Optional.of(Instant.now());
  }

  /** Lets time pass, and what is done now and then be done. */
  void pass(Duration time) throws IOException {
    ahead = ahead.plus(time);
    housekeeping.tidy();
  }

  void collect() throws IOException {
    long _ = collector.collect();
  }

  /** Forgets all blobs that were brought and that nothing names yet. */
  void expireBlobs() {
    int _ = PendingBlobs.expire(database, now());
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
    blobs.close();
    client.close();
  }

  /** Loads an image of one layer, as {@code docker load} does. */
  void load(String tag, byte[] layer) throws Exception {
    load(DEFAULT, tag, layer);
  }

  void load(Actor actor, String tag, byte[] layer) throws Exception {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
      put(tar, "layer.tar", layer);
      put(tar, "config.json", config("amd64", Digest.ofBytes(layer)));
      put(
          tar,
          "manifest.json",
          "[{\"Config\":\"config.json\",\"RepoTags\":[\"%s\"],\"Layers\":[\"layer.tar\"]}]"
              .formatted(tag)
              .getBytes(UTF_8));
    }
    load.load(actor, new ByteArrayInputStream(archive.toByteArray()), _ -> {});
  }

  void imports(InputStream root) throws Exception {
    var _ = imports.load(DEFAULT, root, Optional.empty(), "", List.of());
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /** What was answered. */
  record Answer(int status, HttpResponse<byte[]> raw) {
    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }

    byte[] body() {
      return raw.body();
    }

    JsonNode json() {
      return EngineJson.MAPPER.readTree(raw.body());
    }

    /** The code of the first error. */
    String error() {
      return json().path("errors").path(0).path("code").asString("");
    }
  }

  /** Sends a call without a body, with that credential; empty for none. */
  Answer as(String authorization, String method, String path) throws Exception {
    return call(method, path, "Authorization", authorization);
  }

  /** Sends a call without a body. */
  Answer call(String method, String path, String... headers) throws Exception {
    return call(method, path, new byte[0], headers);
  }

  Answer call(String method, String path, byte[] body, String... headers) throws Exception {
    return send(
        method,
        path,
        body.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body),
        headers);
  }

  /** Sends a body without telling its length. */
  Answer stream(String method, String path, byte[] body) throws Exception {
    return send(
        method,
        path,
        HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
  }

  private Answer send(String method, String path, HttpRequest.BodyPublisher body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, body).timeout(Duration.ofSeconds(20));
    boolean told = false;
    for (int i = 0; i < headers.length; i += 2) {
      told |= headers[i].equals("Authorization");
      if (!headers[i + 1].isEmpty()) {
        request.header(headers[i], headers[i + 1]);
      }
    }
    if (!told) {
      request.header("Authorization", member);
    }
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Answer(response.statusCode(), response);
  }

  /** Opens an upload and answers its location. */
  String upload(String repository) throws Exception {
    Answer begun = call("POST", "/v2/" + repository + "/blobs/uploads/");
    if (begun.status() != 202) {
      throw new AssertionError("no upload: " + begun.raw());
    }
    return begun.header("Location");
  }

  /** Pushes a blob in one call. */
  Digest blob(String repository, byte[] content) throws Exception {
    Digest digest = Digest.ofBytes(content);
    Answer pushed = call("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
    if (pushed.status() != 201) {
      throw new AssertionError(pushed.status() + new String(pushed.body(), UTF_8));
    }
    return digest;
  }

  Answer manifest(String repository, String reference, String type, String json) throws Exception {
    return call(
        "PUT",
        "/v2/" + repository + "/manifests/" + reference,
        json.getBytes(UTF_8),
        "Content-Type",
        type);
  }

  /** Pushes the parts of an image that can be run, and answers its manifest. */
  String image(String repository, String content) throws Exception {
    byte[] tar = tar(content);
    byte[] layer = gzip(tar);
    byte[] config = config("amd64", Digest.ofBytes(tar));
    blob(repository, layer);
    blob(repository, config);
    return manifest(descriptor(CONFIG, config), descriptor(LAYER, layer));
  }

  static byte[] config(String architecture, Digest... diffIds) {
    return """
    {"architecture":"%s","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[%s]}}\
    """
        .formatted(
            architecture,
            Stream.of(diffIds).map(id -> "\"" + id + "\"").collect(Collectors.joining(",")))
        .getBytes(UTF_8);
  }

  static String manifest(String config, String... layers) {
    return """
    {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}\
    """
        .formatted(MANIFEST, config, String.join(",", layers));
  }

  static String index(String... manifests) {
    return """
    {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}\
    """
        .formatted(INDEX, String.join(",", manifests));
  }

  static String descriptor(String type, byte[] content) {
    return descriptor(type, Digest.ofBytes(content), content.length);
  }

  static String descriptor(String type, Digest digest, long size) {
    return """
    {"mediaType":"%s","digest":"%s","size":%d}\
    """
        .formatted(type, digest, size);
  }

  static String descriptor(String type, String json) {
    return descriptor(type, json.getBytes(UTF_8));
  }

  static Digest digest(String json) {
    return Digest.ofBytes(json.getBytes(UTF_8));
  }

  static byte[] tar(String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      put(tar, "etc/motd", content.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  /** What the audit trail was told: verb, object and outcome. */
  List<String> audited() {
    List<String> audited = new ArrayList<>();
    for (JsonNode call : outbox("gantry.audit.calls")) {
      audited.add(
          call.path("verb").asString("")
              + " "
              + call.path("object").asString("")
              + " "
              + call.path("outcome").asString(""));
    }
    return audited;
  }

  private List<JsonNode> outbox(String topic) {
    return database
        .fetch(
            "select convert_from(value, 'UTF8') from outbox where topic = ? order by number", topic)
        .getValues(0, String.class)
        .stream()
        .map(EngineJson.MAPPER::readTree)
        .toList();
  }

  /** What was told of images, as {@code ACTION NAME}. */
  List<String> told() {
    List<String> told = new ArrayList<>();
    for (JsonNode event : outbox("gantry.image.events")) {
      told.add(
          event.path("Action").asString("")
              + " "
              + event.at("/Actor/Attributes/name").asString(""));
    }
    return told;
  }
}
