package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The registry beside the Engine API: one store, two ways in. */
class RegistryTest {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final Duration RECOVERY = Duration.ofMinutes(2);

  private final Docker docker = Docker.onSocket();
  @RegisterExtension final Containers containers = new Containers(docker);
  private final String registry = Platform.ops("status", "--registry").ok();
  private final String token =
      Platform.ops("tokens", "issue", "--quiet", "--rights", "pull,push,delete").ok();
  private final String repository = containers.name();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void removeImages() {
    String format = "{{.Repository}}:{{.Tag}}";
    for (String tag : docker.run("images", "--format", format, repository).lines()) {
      docker.run("rmi", "-f", tag);
    }
    client.close();
    Platform.ops("tokens", "revoke", id()).ok();
  }

  @Test
  void whatIsPushedRunsAndWhatIsRemovedIsGone(@TempDir Path folder) throws Exception {
    byte[] tar = root(folder, "echo pushed");
    byte[] layer = gzip(tar);
    byte[] config =
        "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/bin/sh\",\"/hello\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
            .formatted(
                docker.inspect("--type", "image", "busybox").get("Architecture").asString(),
                digest(tar))
            .getBytes(UTF_8);
    push(layer);
    push(config);
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                MANIFEST,
                descriptor("application/vnd.oci.image.config.v1+json", config),
                descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer));
    assertThat(call("PUT", "/manifests/1", manifest.getBytes(UTF_8), MANIFEST).statusCode())
        .isEqualTo(201);

    assertThat(docker.run("images", "--format", "{{.Tag}}", repository).lines())
        .containsExactly("1");
    assertThat(docker.run("run", "--rm", repository + ":1").ok()).isEqualTo("pushed");
    assertThat(docker.inspect("--type", "image", repository + ":1").at("/RepoDigests/0").asString())
        .isEqualTo(repository + "@" + digest(manifest.getBytes(UTF_8)));
    String history = "/gantry/v1/tags/history?name=" + repository + ":1";
    assertThat(Http.call("GET", history, "").body())
        .contains(digest(manifest.getBytes(UTF_8)), "(token " + id() + ")");
    docker.run("rmi", repository + ":1").ok();
    assertThat(call("GET", "/manifests/1", new byte[0], "").statusCode()).isEqualTo(404);
  }

  @Test
  void skopeoCopiesOutAndIn(@TempDir Path folder) {
    docker.run("tag", "busybox", repository + ":out").ok();
    String local = "oci:" + folder.resolve("layout") + ":copy";
    String remote = "docker://" + registry + "/" + repository;
    skopeo("copy", "--src-tls-verify=false", "--src-creds", "any:" + token, remote + ":out", local);
    docker.run("rmi", repository + ":out").ok();
    skopeo(
        "copy", "--dest-tls-verify=false", "--dest-creds", "any:" + token, local, remote + ":in");
    assertThat(docker.run("run", "--rm", repository + ":in", "echo", "copied").ok())
        .isEqualTo("copied");
  }

  /** Of the token, which is no secret. */
  private String id() {
    return token.split("_")[1];
  }

  @Test
  void aContainerOnTheHostsNetworkGetsNothing() {
    docker.run("tag", "busybox", repository + ":secret").ok();
    for (String path :
        List.of("/", "/_catalog", "/" + repository + "/manifests/secret", "/none/manifests/none")) {
      Docker.Result answer =
          docker.run(
              "run",
              "--rm",
              "--network",
              "host",
              "busybox",
              "wget",
              "-q",
              "-O-",
              "http://" + registry + "/v2" + path);
      assertThat(answer.exit()).isNotZero();
      assertThat(answer.err()).contains("401");
    }
  }

  @Test
  void aRevokedTokenIsWorthlessWithinSeconds() throws Exception {
    String mine = Platform.ops("tokens", "issue", "--quiet", "--name", repository).ok();
    assertThat(Platform.ops("tokens", "list").ok()).contains(repository).doesNotContain(mine);
    HttpRequest hello =
        HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/"))
            .header(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(("x:" + mine).getBytes(UTF_8)))
            .build();
    assertThat(status(hello)).isEqualTo(200);
    Platform.ops("tokens", "revoke", mine.split("_")[1]).ok();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> status(hello) == 401);
    assertThat(Platform.ops("tokens", "list").ok()).doesNotContain(repository);
  }

  @Test
  void whatIsSharedIsPulledWithoutAToken(@TempDir Path folder) {
    docker.run("tag", "busybox", repository + ":public").ok();
    try {
      Platform.ops("tokens", "share", repository).ok();
      String shown = "docker://" + registry + "/team.gantry/default/" + repository + ":public";
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptionsInstanceOf(AssertionError.class)
          .until(
              () -> {
                skopeo("copy", "--src-tls-verify=false", shown, "dir:" + folder.resolve("public"));
                return true;
              });
    } finally {
      Platform.ops("tokens", "share").ok();
    }
  }

  private int status(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void anUploadGoesOnAfterAKill() throws Exception {
    byte[] content = "0123456789".repeat(100_000).getBytes(UTF_8);
    String upload = location(call("POST", "/blobs/uploads/", new byte[0], ""));
    byte[] half = Arrays.copyOf(content, content.length / 2);
    assertThat(send("PATCH", upload, half, "").statusCode()).isEqualTo(202);
    Processes.kill("control");
    HttpResponse<byte[]> status =
        Awaitility.await()
            .atMost(RECOVERY)
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> send("GET", upload, new byte[0], ""), one -> one.statusCode() == 204);
    assertThat(status.headers().firstValue("Range")).hasValue("0-" + (half.length - 1));
    byte[] rest = Arrays.copyOfRange(content, half.length, content.length);
    String end = upload + "?digest=" + digest(content);
    assertThat(send("PUT", end, rest, "").statusCode()).isEqualTo(201);
    assertThat(call("GET", "/blobs/" + digest(content), new byte[0], "").body()).isEqualTo(content);
    assertThat(call("DELETE", "/blobs/" + digest(content), new byte[0], "").statusCode())
        .isEqualTo(202);
    Awaitility.await()
        .atMost(RECOVERY)
        .until(() -> docker.run("run", "--rm", "busybox", "true").exit() == 0);
    assertThat(Platform.ops("verify-store").ok()).endsWith("all is well");
  }

  private void push(byte[] blob) throws Exception {
    String upload = location(call("POST", "/blobs/uploads/", new byte[0], ""));
    assertThat(send("PUT", upload + "?digest=" + digest(blob), blob, "").statusCode())
        .isEqualTo(201);
  }

  private static String location(HttpResponse<byte[]> response) {
    return response.headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<byte[]> call(String method, String path, byte[] body, String type)
      throws Exception {
    return send(method, "/v2/" + repository + path, body, type);
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body, String type)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + registry + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Basic " + basic())
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private String basic() {
    return Base64.getEncoder().encodeToString(("any:" + token).getBytes(UTF_8));
  }

  private static void skopeo(String... arguments) {
    String[] command = new String[arguments.length + 2];
    command[0] = "skopeo";
    command[1] = "--insecure-policy";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    try {
      String _ = Docker.finish(new ProcessBuilder(command).start(), new byte[0]).ok();
    } catch (IOException e) {
      throw new AssertionError("skopeo is not installed: run ops/test", e);
    }
  }

  /** A root folder with a shell and a script, as a tar. */
  private static byte[] root(Path folder, String script) throws Exception {
    Path root = folder.resolve("root");
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/sh"));
    Files.writeString(root.resolve("hello"), script + "\n");
    Path tar = folder.resolve("root.tar");
    Process made =
        new ProcessBuilder("tar", "-C", root.toString(), "-cf", tar.toString(), ".").start();
    assertThat(made.waitFor()).isZero();
    return Files.readAllBytes(tar);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private static String digest(byte[] content) throws Exception {
    return "sha256:"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private static String descriptor(String type, byte[] content) throws Exception {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, digest(content), content.length);
  }
}
