package dev.gantry.image.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.image.transfer.TestImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/**
 * What clients of a registry do. What is answered as no registry should answer fails the test; that
 * nothing is answered is an {@link IOException}.
 */
public final class RegistryClient {
  private final HttpClient http;
  private final URI base;
  private final String authorization;
  private final Consumer<HttpResponse<byte[]>> answered;
  private volatile Optional<Unfinished> unfinished = Optional.empty();

  /**
   * @param answered is told of each answer that came whole
   */
  public RegistryClient(
      HttpClient http, URI base, String authorization, Consumer<HttpResponse<byte[]>> answered) {
    this.http = http;
    this.base = base;
    this.authorization = authorization;
    this.answered = answered;
  }

  public HttpResponse<byte[]> call(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", authorization)
            .method(
                method,
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<byte[]> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    answered.accept(answer);
    return answer;
  }

  private HttpResponse<byte[]> call(String method, String path)
      throws IOException, InterruptedException {
    return call(method, path, new byte[0]);
  }

  private static void require(HttpResponse<byte[]> answer, Integer... statuses) {
    assertThat(answer.statusCode())
        .as("%s of %s: %s", answer.request().method(), answer.uri(), new String(answer.body()))
        .isIn((Object[]) statuses);
  }

  /** Brings what the repository says that it lacks, and lets the tag name it; the last answer. */
  public HttpResponse<byte[]> push(
      String repository, String tag, TestImage image, String mountFrom, RandomGenerator random)
      throws IOException, InterruptedException {
    for (Map.Entry<Digest, byte[]> blob : image.blobs().entrySet()) {
      bring(repository, blob.getKey(), blob.getValue(), mountFrom, random);
    }
    return manifest(repository, tag, TestImage.MANIFEST, image.manifest());
  }

  public HttpResponse<byte[]> manifest(String repository, String reference, String type, byte[] it)
      throws IOException, InterruptedException {
    return call("PUT", "/v2/" + repository + "/manifests/" + reference, it, "Content-Type", type);
  }

  private void bring(
      String repository, Digest digest, byte[] content, String mountFrom, RandomGenerator random)
      throws IOException, InterruptedException {
    String uploads = "/v2/" + repository + "/blobs/uploads/";
    if (!mountFrom.isEmpty()) {
      HttpResponse<byte[]> mounted =
          call("POST", uploads + "?mount=" + digest + "&from=" + mountFrom);
      require(mounted, 201, 202);
      if (mounted.statusCode() == 202) {
        require(call("PUT", finish(location(mounted), digest), content), 201);
      }
    } else if (!has(repository, digest)) {
      upload(uploads, digest, content, random);
    }
  }

  private void upload(String uploads, Digest digest, byte[] content, RandomGenerator random)
      throws IOException, InterruptedException {
    switch (random.nextInt(3)) {
      case 0 -> require(call("POST", uploads + "?digest=" + digest, content), 201);
      case 1 -> require(call("PUT", finish(location(call("POST", uploads)), digest), content), 201);
      default -> {
        Unfinished upload =
            new Unfinished(location(call("POST", uploads)), digest, content, 0, false);
        int half = content.length / 2;
        upload = append(append(upload, half), content.length);
        unfinished = Optional.of(upload.finishing());
        require(call("PUT", finish(upload.location(), digest)), 201);
      }
    }
    unfinished = Optional.empty();
  }

  /**
   * An upload in chunks that was broken off.
   *
   * @param taken how many bytes were acknowledged
   * @param isFinishing true where its end was sent, and not answered
   */
  private record Unfinished(
      String location, Digest digest, byte[] content, int taken, boolean isFinishing) {
    Unfinished finishing() {
      return new Unfinished(location, digest, content, taken, true);
    }
  }

  private Unfinished append(Unfinished upload, int to) throws IOException, InterruptedException {
    unfinished = Optional.of(upload);
    HttpResponse<byte[]> taken =
        call("PATCH", upload.location(), Arrays.copyOfRange(upload.content(), upload.taken(), to));
    Unfinished next = new Unfinished(location(taken), upload.digest(), upload.content(), to, false);
    unfinished = Optional.of(next);
    return next;
  }

  /** Ends, at a registry that came back, what the other client has begun. */
  public void resume(RegistryClient other) throws IOException, InterruptedException {
    if (other.unfinished.isEmpty()) {
      return;
    }
    Unfinished upload = other.unfinished.get();
    HttpResponse<byte[]> status = call("GET", upload.location());
    require(status, 204, upload.isFinishing() ? 404 : 204);
    if (status.statusCode() == 404) {
      String repository = upload.location().replaceAll("^/v2/|/blobs/uploads/.*$", "");
      assertThat(has(repository, upload.digest())).as("what an upload ended with").isTrue();
      return;
    }
    int length = length(status);
    // One that was about to become a blob may begin anew.
    assertThat(length)
        .as("bytes that were acknowledged")
        .isGreaterThanOrEqualTo(upload.isFinishing() ? 0 : upload.taken());
    byte[] rest = Arrays.copyOfRange(upload.content(), length, upload.content().length);
    require(call("PUT", finish(upload.location(), upload.digest()), rest), 201);
  }

  /** Of a range {@code 0-LAST}, which is {@code 0-0} where there is nothing. */
  private static int length(HttpResponse<byte[]> status) {
    String last = status.headers().firstValue("Range").orElseThrow().substring("0-".length());
    return last.equals("0") ? 0 : Integer.parseInt(last) + 1;
  }

  /** Where the upload goes on. */
  private static String location(HttpResponse<byte[]> begun) {
    require(begun, 202);
    return begun.headers().firstValue("Location").orElseThrow();
  }

  public static String finish(String location, Digest digest) {
    return location + "?digest=" + digest;
  }

  /** Looks for a blob, as who is about to name it does. */
  public boolean has(String repository, Digest blob) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = call("HEAD", "/v2/" + repository + "/blobs/" + blob);
    require(answer, 200, 404);
    return answer.statusCode() == 200;
  }

  /** Takes a tag or a manifest away. */
  public void remove(String repository, String reference) throws IOException, InterruptedException {
    require(call("DELETE", "/v2/" + repository + "/manifests/" + reference), 202);
  }

  /** The digest of the manifest that the tag names. */
  public Optional<Digest> named(String repository, String tag)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = call("HEAD", "/v2/" + repository + "/manifests/" + tag);
    require(answer, 200, 404);
    return answer.headers().firstValue("Docker-Content-Digest").map(Digest::new);
  }

  /**
   * Reads a manifest and all that it names, and compares it with the digests that name it.
   *
   * @return the manifest; empty where there was none, or somebody took it away meanwhile
   */
  public Optional<Digest> pull(String repository, String reference)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = call("GET", "/v2/" + repository + "/manifests/" + reference);
    require(answer, 200, 404);
    if (answer.statusCode() == 404) {
      return Optional.empty();
    }
    Digest digest = Digest.ofBytes(answer.body());
    JsonNode manifest = EngineJson.MAPPER.readTree(answer.body());
    boolean whole = true;
    for (JsonNode part : manifest.path("manifests")) {
      whole &= pull(repository, part.path("digest").asString("")).isPresent();
    }
    whole &= !manifest.has("config") || blob(repository, manifest.get("config"));
    for (JsonNode layer : manifest.path("layers")) {
      whole &= blob(repository, layer);
    }
    return whole ? Optional.of(digest) : Optional.empty();
  }

  private boolean blob(String repository, JsonNode descriptor)
      throws IOException, InterruptedException {
    String digest = descriptor.get("digest").asString();
    HttpResponse<byte[]> answer = call("GET", "/v2/" + repository + "/blobs/" + digest);
    require(answer, 200, 404);
    if (answer.statusCode() == 200) {
      assertThat(Digest.ofBytes(answer.body()).value()).isEqualTo(digest);
    }
    return answer.statusCode() == 200;
  }
}
