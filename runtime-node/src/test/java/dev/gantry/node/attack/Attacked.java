package dev.gantry.node.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gantry.engine.EngineJson;
import dev.gantry.node.kernel.Attributes;
import dev.gantry.node.kernel.Trees;
import dev.gantry.node.running.NodeStream;
import dev.gantry.node.running.RunningNode;
import dev.gantry.node.running.RunningNode.Answer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import tools.jackson.databind.JsonNode;

/**
 * A node under attack, and a folder of the host that the attacks are after: what is in it must
 * never be seen in an answer or a container, and must be the same after each of them.
 */
@ResourceLock("attacked") // its fields are those of all attacks
@SuppressWarnings("NullAway.Init") // the fields are set before each round
abstract class Attacked {
  static final String SECRET = "of the host alone";
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  static Path root;
  static RunningNode node;

  /** The folder of the host. */
  static Path outside;

  private static Map<Path, String> programs;

  @BeforeParameterizedClassInvocation
  static void start(String runtime) throws Exception {
    root = Files.createTempDirectory("gantry-attack");
    outside = Files.createDirectory(root.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret"), SECRET);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.setLastModifiedTime(secret, LONG_AGO);
    Files.setLastModifiedTime(outside, LONG_AGO);
    programs = programs();
    // Nothing listens there: facts wait on the disk.
    node = new RunningNode(root, "127.0.0.1:9", runtime);
    node.start("");
  }

  @AfterParameterizedClassInvocation
  static void stop() throws Exception {
    node.close();
    Trees.delete(root);
  }

  @AfterEach
  void theHostIsUntouched() throws Exception {
    assertThat(node.isAlive()).as(node.tail()).isTrue();
    node.removeAll();
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(node.check()).isEmpty());
    assertThat(outside).isDirectoryContaining(path -> path.endsWith("secret"));
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
    assertThat(outside.resolve("secret")).hasContent(SECRET);
    assertThat(Files.getLastModifiedTime(outside)).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(outside.resolve("secret"))).isEqualTo(LONG_AGO);
    assertThat(Files.getPosixFilePermissions(outside.resolve("secret"))).hasSize(2);
    assertThat(Attributes.of(outside)).isEmpty();
    assertThat(Attributes.of(outside.resolve("secret"))).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("/outside");
    assertThat(Files.readString(Path.of("/proc/" + node.process().pid() + "/mountinfo")))
        .doesNotContain("/outside");
    assertThat(programs()).isEqualTo(programs);
    assertThat(Path.of("/marked")).doesNotExist();
  }

  /** What the host runs for containers, by its content. */
  private static Map<Path, String> programs() throws Exception {
    Map<Path, String> found = new HashMap<>();
    for (String name : List.of("crun", "runc", "conmon")) {
      for (String folder : List.of("/usr/bin", "/usr/sbin", "/usr/local/bin")) {
        Path program = Path.of(folder, name);
        if (Files.exists(program)) {
          found.put(
              program,
              dev.gantry.engine.Digest.ofBytes(Files.readAllBytes(program)).value()
                  + Files.getLastModifiedTime(program));
        }
      }
    }
    return found;
  }

  /** What a container may be given, as JSON, with no network. */
  static String request(String fields, String host) {
    return """
    {"Image":"b"%s,"HostConfig":{"NetworkMode":"none"%s}}
    """
        .formatted(fields.isEmpty() ? "" : "," + fields, host.isEmpty() ? "" : "," + host);
  }

  static String shell(String script) {
    return "\"Cmd\":[\"sh\",\"-c\"," + EngineJson.MAPPER.writeValueAsString(script) + "]";
  }

  /** Creates a container of an image with one more layer; it must be taken. */
  static String create(String request, HostileArchive layer) throws Exception {
    return created(node.create(request, "", layer.bytes()));
  }

  static String created(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    return answer.body().at("/snapshot/id").asString();
  }

  static Answer start(String id, int... statuses) throws Exception {
    Answer answer = node.call("POST", "/containers/" + id + "/start", null);
    assertThat(statuses).as(answer.toString()).contains(answer.status());
    return answer;
  }

  /** A container whose script has come to its end; it runs on. */
  static String ready(String script, String host) throws Exception {
    String id = node.create(request(shell(script + "\necho ready; exec sleep 1000"), host));
    return awaitReady(id);
  }

  static String awaitReady(String id) throws Exception {
    start(id, 200);
    await().atMost(Duration.ofSeconds(20)).until(() -> node.logs(id).contains("ready"));
    return id;
  }

  /** Runs a container to its end, if it can be started at all; what it, or the refusal, says. */
  static String outcome(String id) throws Exception {
    try (NodeStream wait =
        node.stream("POST", "/containers/" + id + "/wait?condition=next-exit", "")) {
      Answer answer = node.call("POST", "/containers/" + id + "/start", null);
      if (answer.status() != 200) {
        assertThat(answer.status()).as(answer.toString()).isIn(400, 500);
        return answer.detail();
      }
      String unused = wait.raw();
      return node.logs(id);
    }
  }

  /** What an exec writes, or why there is none. */
  static String exec(String id, String fields, String script) throws Exception {
    JsonNode request =
        EngineJson.MAPPER.readTree(
            "{\"AttachStdout\":true,\"AttachStderr\":true,%s%s}"
                .formatted(shell(script), fields.isEmpty() ? "" : "," + fields));
    Answer created = node.call("POST", "/containers/" + id + "/exec", request);
    if (created.status() != 201) {
      return created.detail();
    }
    String exec = created.body().get("Id").asString();
    boolean tty = fields.contains("\"Tty\":true");
    try (NodeStream stream =
        node.stream("POST", "/exec/" + exec + "/start", tty ? "{\"Tty\":true}" : "{}")) {
      return tty ? stream.raw() : stream.text();
    }
  }

  static HttpResponse<byte[]> get(String id, String path) throws Exception {
    return node.raw("GET", archive(id, path), new byte[0]);
  }

  static HttpResponse<byte[]> put(String id, String path, byte[] tar) throws Exception {
    return node.raw("PUT", archive(id, path), tar);
  }

  private static String archive(String id, String path) {
    return "/containers/" + id + "/archive?path=" + URLEncoder.encode(path, UTF_8);
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }
}
