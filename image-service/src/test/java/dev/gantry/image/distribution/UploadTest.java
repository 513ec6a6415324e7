package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.image.distribution.TestRegistry.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Blobs on their way in and out. */
class UploadTest extends EmptyRegistry {
  private static final byte[] CONTENT = "0123456789abcdefghij".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.ofBytes(CONTENT);
  private static final String BLOB = "/v2/shop/web/blobs/" + DIGEST;

  private static byte[] part(int from, int to) {
    return java.util.Arrays.copyOfRange(CONTENT, from, to);
  }

  private static String with(String location, Digest digest) {
    return location + (location.contains("?") ? "&" : "?") + "digest=" + digest;
  }

  private void assertThere() throws Exception {
    assertThat(registry.call("GET", BLOB).body()).isEqualTo(CONTENT);
    assertThat(files()).isZero();
  }

  private long files() throws IOException {
    try (var files = Files.list(folder.resolve("uploads"))) {
      return files.count();
    }
  }

  @Test
  void aBlobComesWhole() throws Exception {
    Answer put = registry.call("PUT", with(registry.upload("shop/web"), DIGEST), CONTENT);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("Location")).isEqualTo(BLOB);
    assertThat(put.header("Docker-Content-Digest")).isEqualTo(DIGEST.value());
    assertThere();
  }

  @Test
  void aBlobComesInOneCall() throws Exception {
    assertThat(registry.blob("shop/web", CONTENT)).isEqualTo(DIGEST);
    assertThere();
  }

  @Test
  void aBlobComesInChunksInOrder() throws Exception {
    String upload = registry.upload("shop/web");
    Answer first = registry.call("PATCH", upload, part(0, 8), "Content-Range", "0-7");
    assertThat(first.status()).isEqualTo(202);
    assertThat(first.header("Range")).isEqualTo("0-7");

    Answer skipped = registry.call("PATCH", upload, part(10, 12), "Content-Range", "10-11");
    assertThat(skipped.status()).isEqualTo(416);
    assertThat(skipped.header("Range")).isEqualTo("0-7");
    Answer status = registry.call("GET", first.header("Location"));
    assertThat(status.status()).isEqualTo(204);
    assertThat(status.header("Range")).isEqualTo("0-7");

    Answer wrong = registry.call("PATCH", upload, part(8, 12), "Content-Range", "8-12");
    assertThat(wrong.status()).as("another length than its range").isEqualTo(400);
    assertThat(registry.call("GET", upload).header("Range")).isEqualTo("0-7");

    Answer last = registry.call("PUT", with(upload, DIGEST), part(8, 20), "Content-Range", "8-19");
    assertThat(last.status()).isEqualTo(201);
    assertThere();
  }

  @Test
  void sha512IsServedAnnouncedOrNot() throws Exception {
    Digest digest =
        new Digest(
            "sha512:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(CONTENT)));
    for (String announced : new String[] {"", "?digest-algorithm=sha512"}) {
      String upload =
          registry.call("POST", "/v2/a/b/blobs/uploads/" + announced).header("Location");
      upload = registry.call("PATCH", upload, CONTENT).header("Location");
      assertThat(registry.call("PUT", with(upload, digest)).status()).isEqualTo(201);
    }
    assertThat(registry.call("GET", "/v2/a/b/blobs/" + digest).body()).isEqualTo(CONTENT);
    assertThat(registry.call("POST", "/v2/a/b/blobs/uploads/?digest-algorithm=md5").error())
        .isEqualTo("DIGEST_INVALID");
  }

  @Test
  void whatIsNotWhatItsDigestSaysIsGone() throws Exception {
    Digest other = Digest.ofBytes("other".getBytes(UTF_8));
    String upload = registry.upload("shop/web");
    Answer put = registry.call("PUT", with(upload, other), CONTENT);
    assertThat(put.status()).isEqualTo(400);
    assertThat(put.error()).isEqualTo("DIGEST_INVALID");
    assertThat(registry.call("GET", upload).error()).isEqualTo("BLOB_UPLOAD_UNKNOWN");

    Answer post = registry.call("POST", "/v2/shop/web/blobs/uploads/?digest=" + other, CONTENT);
    assertThat(post.error()).isEqualTo("DIGEST_INVALID");
    assertThat(registry.call("HEAD", "/v2/shop/web/blobs/" + other).status()).isEqualTo(404);
    assertThat(registry.call("PUT", with(registry.upload("shop/web"), DIGEST) + "x").error())
        .isEqualTo("DIGEST_INVALID");
    assertThat(registry.blobs.list()).isEmpty();
    assertThat(files()).isZero();
  }

  @Test
  void whatCameBeforeAConnectionBrokeIsKept() throws Exception {
    String upload = registry.upload("shop/web");
    URI uri = registry.uri(upload);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("PATCH %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Length: 20\r\n\r\n01234"
                  .formatted(upload, registry.member))
              .getBytes(UTF_8));
      out.flush();
      Awaitility.await().until(() -> registry.call("GET", upload).header("Range").equals("0-4"));
      assertThat(registry.call("PATCH", upload, CONTENT).status())
          .as("one at a time")
          .isEqualTo(409);
    }
    Awaitility.await()
        .until(
            () -> registry.call("PATCH", upload, part(5, 9), "Content-Range", "5-8").status(),
            status -> status == 202);
    assertThat(registry.call("PUT", with(upload, DIGEST), part(9, 20)).status()).isEqualTo(201);
    assertThere();
  }

  @Test
  void anUploadGoesOnAfterARestart() throws Exception {
    String upload = registry.upload("shop/web");
    assertThat(registry.call("PATCH", upload, part(0, 8)).status()).isEqualTo(202);
    registry.close();
    registry = TestRegistry.start(postgres, folder);
    registry.blobs.repair(registry.database);
    registry.pass(Duration.ZERO);
    assertThat(registry.call("GET", upload).header("Range")).isEqualTo("0-7");
    assertThat(registry.call("PUT", with(upload, DIGEST), part(8, 20)).status()).isEqualTo(201);
    assertThere();
  }

  @Test
  void whatCouldNotBeBroughtToTheDiskIsNotTriedAgain() throws Exception {
    String upload = registry.upload("shop/web");
    assertThat(registry.call("PATCH", upload, part(0, 8)).status()).isEqualTo(202);
    registry.close();
    registry = TestRegistry.failing(postgres, folder, "push.beforeSync");
    assertThat(registry.call("PUT", with(upload, DIGEST), part(8, 20)).status())
        .isGreaterThanOrEqualTo(500);
    registry.close();
    registry = TestRegistry.start(postgres, folder);

    assertThat(registry.call("PUT", with(upload, DIGEST), new byte[0]).status()).isEqualTo(404);
    assertThat(registry.call("GET", BLOB).status()).isEqualTo(404);
    assertThat(files()).isZero();
  }

  @Test
  void anUploadIsCancelled() throws Exception {
    String upload = registry.upload("shop/web");
    assertThat(registry.call("PATCH", upload, CONTENT).status()).isEqualTo(202);
    assertThat(registry.call("DELETE", upload).status()).isEqualTo(204);
    assertThat(registry.call("PATCH", upload, CONTENT).status()).isEqualTo(404);
    assertThat(files()).isZero();
  }

  @Test
  void anUploadIsOfItsRepositoryAlone() throws Exception {
    String upload = registry.upload("shop/web");
    String elsewhere = upload.replace("shop/web", "shop/db");
    assertThat(registry.call("GET", elsewhere).error()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    assertThat(registry.call("PUT", with(elsewhere, DIGEST), CONTENT).status()).isEqualTo(404);
    assertThat(registry.call("GET", "/v2/shop/web/blobs/uploads/no-id").status()).isEqualTo(404);
  }

  @Test
  void uploadsAndBlobsThatNobodyFinishesGo() throws Exception {
    String upload = registry.upload("shop/web");
    assertThat(registry.call("PATCH", upload, CONTENT).status()).isEqualTo(202);
    registry.blob("shop/web", "never named".getBytes(UTF_8));
    Path stranger = Files.createFile(registry.blobs.incoming().upload(java.util.UUID.randomUUID()));

    registry.pass(Duration.ofMinutes(59));
    assertThat(registry.call("GET", upload).status()).isEqualTo(204);
    assertThat(registry.blobs.list()).hasSize(1);
    assertThat(stranger).doesNotExist();
    registry.pass(Duration.ofMinutes(2));
    assertThat(registry.blobs.list()).isEmpty();
    registry.pass(Duration.ofHours(24));
    assertThat(registry.call("GET", upload).status()).isEqualTo(404);
    assertThat(files()).isZero();
  }

  @Test
  void pushesAreBounded() throws Exception {
    byte[] large = new byte[(int) TestRegistry.MOST_BYTES + 1];
    Answer tooLarge = registry.call("PATCH", registry.upload("a/b"), large);
    assertThat(tooLarge.status()).isEqualTo(413);
    for (int i = 1; i < 20; i++) {
      registry.upload("a/b");
    }
    assertThat(registry.call("POST", "/v2/a/b/blobs/uploads/").error())
        .isEqualTo("TOOMANYREQUESTS");
  }

  @Test
  void aBlobIsTakenOverFromAnotherRepository() throws Exception {
    registry.blob("shop/db", CONTENT);
    assertThat(registry.call("GET", BLOB).error()).as("not here yet").isEqualTo("BLOB_UNKNOWN");
    String post = "/v2/shop/web/blobs/uploads/?mount=" + DIGEST;
    assertThat(registry.call("POST", post + "&from=shop/none").status()).isEqualTo(202);
    assertThat(registry.call("POST", post + "&from=shop/db").status()).isEqualTo(201);
    assertThere();
    assertThat(registry.call("POST", post.replace("web", "any")).status()).isEqualTo(201);
    assertThat(registry.call("POST", "/v2/a/b/blobs/uploads/?mount=sha256:x").status())
        .isEqualTo(400);
  }

  @Test
  void aBlobOfAnotherTeamIsNotThere() throws Exception {
    registry.blob("shop/web", CONTENT);
    postgres.execute("UPDATE pending_blob SET team = 'bank'");
    assertThat(registry.call("HEAD", BLOB).status()).isEqualTo(404);
    assertThat(registry.call("GET", BLOB).error()).isEqualTo("BLOB_UNKNOWN");
    assertThat(registry.call("DELETE", BLOB).error()).isEqualTo("BLOB_UNKNOWN");
    for (String from : new String[] {"", "&from=shop/web"}) {
      assertThat(registry.call("POST", "/v2/a/b/blobs/uploads/?mount=" + DIGEST + from).status())
          .isEqualTo(202);
    }
    registry.blob("shop/web", CONTENT);
    assertThere();
    assertThat(registry.blobs.list()).as("stored once").hasSize(1);
  }

  @Test
  void aPartOfABlobIsServed() throws Exception {
    registry.blob("shop/web", CONTENT);
    String[][] cases = {
      {"bytes=2-4", "bytes 2-4/20", "234"},
      {"bytes=15-", "bytes 15-19/20", "fghij"},
      {"bytes=-3", "bytes 17-19/20", "hij"},
      {"bytes=18-99", "bytes 18-19/20", "ij"},
    };
    for (String[] one : cases) {
      Answer part = registry.call("GET", BLOB, "Range", one[0]);
      assertThat(part.status()).isEqualTo(206);
      assertThat(part.header("Content-Range")).isEqualTo(one[1]);
      assertThat(new String(part.body(), UTF_8)).isEqualTo(one[2]);
    }
    for (String outside : new String[] {"bytes=20-", "bytes=5-2", "bytes=-0"}) {
      Answer answer = registry.call("GET", BLOB, "Range", outside);
      assertThat(answer.status()).as(outside).isEqualTo(416);
      assertThat(answer.header("Content-Range")).isEqualTo("bytes */20");
    }
    for (String whole : new String[] {"bytes=0-1,3-4", "lines=1-2", "bytes=-"}) {
      assertThat(registry.call("GET", BLOB, "Range", whole).status()).as(whole).isEqualTo(200);
    }
    String etag = registry.call("HEAD", BLOB).header("ETag");
    assertThat(registry.call("GET", BLOB, "If-None-Match", etag).status()).isEqualTo(304);
    assertThat(registry.call("GET", BLOB, "Range", "bytes=1-2", "If-Range", etag).status())
        .isEqualTo(206);
    assertThat(registry.call("GET", BLOB, "Range", "bytes=1-2", "If-Range", "\"x\"").status())
        .isEqualTo(200);
  }

  @Test
  void aBlobIsLookedForAndRemoved() throws Exception {
    registry.blob("shop/web", CONTENT);
    Answer head = registry.call("HEAD", BLOB);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo("20");
    assertThat(head.header("Docker-Content-Digest")).isEqualTo(DIGEST.value());
    assertThat(registry.call("DELETE", BLOB).status()).isEqualTo(202);
    assertThat(registry.call("GET", BLOB).status()).isEqualTo(404);
    assertThat(registry.call("DELETE", BLOB).status()).isEqualTo(404);
    assertThat(registry.blobs.list()).isEmpty();
  }

  @Test
  void anEmptyBlobIsABlob() throws Exception {
    Digest empty = registry.blob("a/b", new byte[0]);
    Answer answer = registry.call("GET", "/v2/a/b/blobs/" + empty);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void whatIsNoHttpIsRefused() throws Exception {
    URI uri = registry.uri("/");
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.getOutputStream().write(new byte[] {22, 3, 1, 0, 5, 1, 0, 0, 1, 3, '\r', '\n'});
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 400")
          .doesNotContain("internal error");
    }
  }

  @Test
  void nothingIsReachedButTheRegistry() throws Exception {
    assertThat(registry.call("GET", "/v2/").header("Docker-Distribution-API-Version"))
        .isEqualTo("registry/2.0");
    for (String path : new String[] {"/", "/v1/images/resolve?name=a", "/actuator/health"}) {
      assertThat(registry.call("GET", path, "Gantry-Team", "bank").status()).isEqualTo(404);
    }
    assertThat(registry.call("GET", "/v2/", "Origin", "http://evil.example").error())
        .isEqualTo("DENIED");
    assertThat(registry.call("POST", "/v2/").status()).isEqualTo(405);
    assertThat(registry.call("GET", "/v2/Shop/tags/list").error()).isEqualTo("NAME_INVALID");
    assertThat(registry.call("GET", "/v2/a/../b/tags/list").status()).isIn(400, 404);
  }
}
