package dev.gantry.node.running;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.gantry.engine.ContainerConfig;
import dev.gantry.engine.ContainerCreateRequest;
import dev.gantry.engine.ContainerId;
import dev.gantry.engine.EngineJson;
import dev.gantry.engine.HostConfig;
import dev.gantry.engine.NetworkingConfig;
import dev.gantry.engine.TeamId;
import dev.gantry.node.kernel.Trees;
import dev.gantry.services.CreateContainer;
import dev.gantry.services.Lease;
import dev.gantry.services.TeamSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A node in a process of its own, and the words to speak with it. */
public final class RunningNode implements AutoCloseable {
  private static @Nullable List<String> classes;

  private final Path root;
  private final Certificates certificates;
  private final Peers peers;
  private final TestGateway gateway;
  private final SSLContext tls;
  private final HttpClient http;
  private final HttpClient asNode;
  private final String kafka;
  private final String runtime;
  private final int port;
  private final Map<String, String> settings = new HashMap<>();
  private final NodeProcess process;

  RunningNode(Path root, String kafka) throws Exception {
    this(root, kafka, "runc");
  }

  /**
   * @param runtime {@code crun} or {@code runc}
   */
  public RunningNode(Path root, String kafka, String runtime) throws Exception {
    this.root = root;
    this.kafka = kafka;
    this.runtime = runtime;
    this.process = new NodeProcess(root, runtime);
    this.certificates = Certificates.in(root.resolve("certs"));
    this.tls = certificates.context();
    this.peers = new Peers(tls);
    this.gateway = new TestGateway(tls);
    this.http =
        HttpClient.newBuilder()
            .sslContext(tls)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    this.asNode = HttpClient.newBuilder().sslContext(certificates.context("node-1")).build();
    try (var socket = new ServerSocket(0)) {
      this.port = socket.getLocalPort();
    }
  }

  /** A variable of its starts from now on. */
  void set(String variable, String value) {
    settings.put(variable, value);
  }

  /** What another node gets that asks for a path, to its end or as far as it comes. */
  HttpResponse<InputStream> askAsNode(String path) throws Exception {
    return asNode.send(request(path, "default").build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  /** One call's outcome. */
  public record Answer(int status, JsonNode body) {
    public String detail() {
      return body.path("detail").asString("");
    }
  }

  /** Starts the process and returns when it is ready. */
  public void start(String faults) throws Exception {
    Process started = process.start(classes(), environment(faults));
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (System.nanoTime() < deadline) {
      if (!started.isAlive()) {
        throw new IOException("the node ended:\n" + tail());
      }
      try {
        if (http.send(
                    request("/actuator/health/readiness", "default").GET().build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode()
            == 200) {
          return;
        }
      } catch (IOException _) {
        Thread.sleep(50);
      }
    }
    throw new IOException("the node is not ready:\n" + tail());
  }

  private static synchronized List<String> classes() throws Exception {
    List<String> present = classes;
    if (present == null) {
      present = NodeClasses.prepare(RunningNode::train);
      classes = present;
    }
    return present;
  }

  private static void train(List<String> options) throws Exception {
    Path root = Files.createTempDirectory("gantry-training");
    try (var node = new RunningNode(root, "127.0.0.1:9")) {
      int code = node.process.start(options, node.environment("")).waitFor();
      if (code != 0) {
        throw new IOException("the training ended with %d:\n%s".formatted(code, node.tail()));
      }
    }
    Trees.delete(root);
  }

  private Map<String, String> environment(String faults) {
    Map<String, String> environment = new HashMap<>();
    environment.put("GANTRY_CERTS", certificates.folder().toString());
    environment.put("GANTRY_CERT", "node-1");
    environment.put("GANTRY_KAFKA", kafka);
    environment.put("GANTRY_IMAGE_URL", peers.url());
    environment.put("GANTRY_NETWORK_URL", peers.url());
    environment.put("GANTRY_GATEWAY_URL", gateway.url());
    environment.put("GANTRY_NODE_PORT", Integer.toString(port));
    environment.put("GANTRY_PREFIX", root.toString());
    environment.put("GANTRY_NODE_RUNTIME", runtime);
    environment.put("GANTRY_NODE_ASKCLIENTSECONDS", "1");
    environment.put("GANTRY_FAULT_POINTS", faults);
    environment.put("TZ", "UTC");
    environment.putAll(settings);
    return environment;
  }

  /** The end of its log. */
  public String tail() throws IOException {
    return process.tail();
  }

  /** As SIGKILL does it. */
  void kill() throws InterruptedException {
    process.kill();
  }

  /** What a loss of power leaves, with a start of the host behind it: what is on its disks. */
  void loseHost() throws Exception {
    kill();
    Leftovers.end(id(), root);
    Leftovers.remove(id());
    Trees.delete(root.resolve("run"));
    loseUnsyncedLayers();
  }

  /** What the kernel had not written yet is not there, or is empty. */
  private void loseUnsyncedLayers() throws IOException {
    Path layers = root.resolve("var/lib/gantry/nodes/node-1/layers");
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    try (Stream<Path> notes = Files.list(layers.resolve("unsynced"))) {
      for (Path note : notes.toList()) {
        Files.writeString(note, Files.readString(note).replace(boot, "an earlier boot"));
        Path layer = layers.resolve(note.getFileName().toString().replace('-', '/'));
        try (Stream<Path> files = Files.walk(layer)) {
          for (Path file : files.filter(one -> Files.isRegularFile(one, NOFOLLOW_LINKS)).toList()) {
            Files.write(file, new byte[0]);
          }
        }
      }
    }
  }

  private String id() throws IOException {
    return Files.readString(root.resolve("var/lib/gantry/nodes/node-1/node-id")).strip();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public Answer call(String method, String path, @Nullable Object body) throws Exception {
    return call(method, path, body, "default");
  }

  public Answer call(String method, String path, @Nullable Object body, String team)
      throws Exception {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(EngineJson.MAPPER.writeValueAsBytes(body));
    HttpResponse<byte[]> response =
        http.send(
            request("/v1" + path, team)
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    JsonNode json =
        response.body().length == 0
            ? EngineJson.MAPPER.nullNode()
            : EngineJson.MAPPER.readTree(response.body());
    return new Answer(response.statusCode(), json);
  }

  /** A call of which the very bytes matter. */
  public HttpResponse<byte[]> raw(String method, String path, byte[] body) throws Exception {
    return http.send(
        request("/v1" + path, "default")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  /** An answer that is read to its end and not kept: its status, and how many bytes it had. */
  public record Drained(int status, long bytes) {}

  /** Reads what may be more than there is memory for; fails where it is cut short. */
  public Drained drain(String path, String team) throws Exception {
    HttpResponse<InputStream> answer =
        http.send(
            request("/v1" + path, team).timeout(Duration.ofMinutes(2)).GET().build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      return new Drained(answer.statusCode(), body.transferTo(OutputStream.nullOutputStream()));
    }
  }

  /** Creates a container of a team. */
  public String create(String json, String team) throws Exception {
    CreateContainer request = createRequest(json, team);
    Answer answer = call("POST", "/containers", request, team);
    if (answer.status() != 201) {
      throw new IOException("create: " + answer);
    }
    return request.id().value();
  }

  /** How many threads of the process have this name, virtual ones too. */
  long threads(String name) throws Exception {
    return process.threads(name);
  }

  /** Descriptors that the process has open. */
  public int descriptors() {
    String[] open = new java.io.File("/proc/" + process().pid() + "/fd").list();
    return open == null ? 0 : open.length;
  }

  private HttpRequest.Builder request(String path, String team) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30))
        .header("Gantry-Team", team);
  }

  /** Creates a container of what the Engine API's JSON says, host part included. */
  public String create(String json) throws Exception {
    ContainerId id = ContainerId.random(new SecureRandom());
    Answer answer = create(id, json);
    if (answer.status() != 201) {
      throw new IOException("create: " + answer);
    }
    return id.value();
  }

  /**
   * The same of an image with one more layer.
   *
   * @param config of the image, as the Engine API has it; empty for the usual one
   */
  public Answer create(String json, String config, byte[] layer) throws Exception {
    ContainerId id = ContainerId.random(new SecureRandom());
    CreateContainer usual = createRequest(id, json, TeamId.DEFAULT);
    return call(
        "POST",
        "/containers",
        new CreateContainer(
            id,
            usual.name(),
            usual.team(),
            peers.image(config, layer),
            usual.mounted(),
            usual.request(),
            usual.readOnlyAtTop(),
            usual.socket()));
  }

  /** The process of the node. */
  public ProcessHandle process() {
    return process.handle();
  }

  Answer create(ContainerId id, String json) throws Exception {
    return call("POST", "/containers", createRequest(id, json, TeamId.DEFAULT));
  }

  /** The request of a team for a new container. */
  CreateContainer createRequest(String json, String team) {
    return createRequest(ContainerId.random(new SecureRandom()), json, new TeamId(team));
  }

  private CreateContainer createRequest(ContainerId id, String json, TeamId team) {
    ObjectNode tree = (ObjectNode) EngineJson.MAPPER.readTree(json);
    JsonNode host = tree.get("HostConfig");
    JsonNode networking = tree.get("NetworkingConfig");
    var request =
        new ContainerCreateRequest(
            EngineJson.MAPPER.treeToValue(tree, ContainerConfig.class),
            host == null ? null : EngineJson.MAPPER.treeToValue(host, HostConfig.class),
            networking == null
                ? null
                : EngineJson.MAPPER.treeToValue(networking, NetworkingConfig.class));
    return new CreateContainer(
        id,
        "test-" + id.shortForm(),
        team,
        peers.image(),
        Map.of("tools", peers.image()),
        request,
        tree.path("ReadOnlyAtTop").asBoolean(false),
        new TeamSocket(!team.value().equals("barred"), TeamSocket.WELL_KNOWN));
  }

  /** What a command in a running container writes. */
  public String output(String id, String... command) throws Exception {
    String exec =
        call(
                "POST",
                "/containers/" + id + "/exec",
                Map.of("Cmd", command, "AttachStdout", true, "AttachStderr", true))
            .body()
            .get("Id")
            .asString();
    try (NodeStream stream = stream("POST", "/exec/" + exec + "/start", "{}")) {
      return stream.text();
    }
  }

  /** Where the sockets of containers lead. */
  TestGateway gateway() {
    return gateway;
  }

  /** Where its layers come from. */
  Peers peers() {
    return peers;
  }

  /** What the node has leased of a network. */
  List<Lease> leases(String network) {
    return peers.lent(network);
  }

  public JsonNode inspect(String id) throws Exception {
    return call("GET", "/containers/" + id + "/json", null).body();
  }

  /** Opens a stream; its head is read already. */
  public NodeStream stream(String method, String path, String body) throws IOException {
    return NodeStream.open(tls, port, method, "/v1" + path, body);
  }

  /** What the container wrote to both streams, as logs tell it. */
  public String logs(String id) throws IOException {
    try (NodeStream stream =
        stream("GET", "/containers/" + id + "/logs?stdout=true&stderr=true", "")) {
      return stream.text();
    }
  }

  public List<String> check() throws Exception {
    return call("GET", "/node/check", null).body().valueStream().map(JsonNode::asString).toList();
  }

  /** Removes every container, so that nothing of the test is left on the kernel. */
  public void removeAll() throws Exception {
    for (JsonNode snapshot : call("GET", "/containers", null).body()) {
      call("DELETE", "/containers/" + snapshot.get("id").asString() + "?force=true&v=true", null);
    }
  }

  @Override
  public void close() throws Exception {
    if (isAlive()) {
      removeAll();
    }
    process.close();
    peers.close();
    gateway.close();
    Leftovers.remove(id());
  }
}
