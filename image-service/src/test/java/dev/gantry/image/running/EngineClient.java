package dev.gantry.image.running;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.engine.EngineJson;
import dev.gantry.image.transfer.TestImage;
import dev.gantry.services.GantryHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** What the gateway asks of image-service for users of the Engine API. */
public final class EngineClient {
  private final HttpClient http;
  private final URI base;
  private final String team;
  private final Consumer<HttpResponse<byte[]>> answered;

  EngineClient(HttpClient http, URI base, String team, Consumer<HttpResponse<byte[]>> answered) {
    this.http = http;
    this.base = base;
    this.team = team;
    this.answered = answered;
  }

  private HttpResponse<byte[]> call(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(base.resolve("/v1/engine/images/" + path))
                .timeout(Duration.ofSeconds(60))
                .header(GantryHeaders.TEAM, team)
                .header(GantryHeaders.USER, "ann")
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    answered.accept(answer);
    return answer;
  }

  private byte[] require(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode())
        .as("%s: %s", answer.uri(), new String(answer.body(), UTF_8))
        .isEqualTo(200);
    return answer.body();
  }

  /** {@code docker load}. */
  public void load(String name, TestImage image) throws IOException, InterruptedException {
    String told = new String(require(call("POST", "load", archive(name, image))), UTF_8);
    assertThat(told).contains("Loaded image: " + name).doesNotContain("error");
  }

  /** {@code docker pull}. */
  public void pull(String repository, String tag) throws IOException, InterruptedException {
    String path = "create?fromImage=" + repository + "&tag=" + tag;
    String told = new String(require(call("POST", path, new byte[0])), UTF_8);
    assertThat(told).contains("Status: ").doesNotContain("error");
  }

  /** {@code docker save}, of which nothing is kept. */
  public void save(String name) throws IOException, InterruptedException {
    byte[] _ = require(call("GET", name + "/get", new byte[0]));
  }

  /** {@code docker rmi}. */
  public void remove(String name) throws IOException, InterruptedException {
    byte[] _ = require(call("DELETE", name, new byte[0]));
  }

  /** {@code docker image prune}. */
  public void prune() throws IOException, InterruptedException {
    byte[] _ = require(call("POST", "prune", new byte[0]));
  }

  /** The id of the image that the name leads to. */
  public Optional<Digest> named(String name) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = call("GET", name + "/json", new byte[0]);
    if (answer.statusCode() == 404) {
      return Optional.empty();
    }
    return Optional.of(
        new Digest(EngineJson.MAPPER.readTree(require(answer)).get("Id").asString()));
  }

  private static byte[] archive(String name, TestImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (var blob : image.blobs().entrySet()) {
        put(tar, blob.getKey().hex(), blob.getValue());
      }
      List<String> layers =
          image.layers().stream().map(layer -> "\"" + layer.hex() + "\"").toList();
      put(
          tar,
          "manifest.json",
          "[{\"Config\":\"%s\",\"RepoTags\":[\"%s\"],\"Layers\":[%s]}]"
              .formatted(image.config().hex(), name, String.join(",", layers))
              .getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
