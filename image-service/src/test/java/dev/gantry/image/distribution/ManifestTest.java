package dev.gantry.image.distribution;

import static dev.gantry.image.distribution.TestRegistry.CONFIG;
import static dev.gantry.image.distribution.TestRegistry.DEFAULT;
import static dev.gantry.image.distribution.TestRegistry.INDEX;
import static dev.gantry.image.distribution.TestRegistry.LAYER;
import static dev.gantry.image.distribution.TestRegistry.MANIFEST;
import static dev.gantry.image.distribution.TestRegistry.NOWHERE;
import static dev.gantry.image.distribution.TestRegistry.descriptor;
import static dev.gantry.image.distribution.TestRegistry.digest;
import static dev.gantry.image.distribution.TestRegistry.index;
import static dev.gantry.image.distribution.TestRegistry.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.BlobRows;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.image.catalog.Images;
import dev.gantry.image.catalog.TeamImage;
import dev.gantry.image.distribution.TestRegistry.Answer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Manifests, tags and referrers, and the images that they are to the Engine API. */
class ManifestTest extends EmptyRegistry {
  private List<TeamImage> images() {
    return Catalog.images(registry.database, DEFAULT.team());
  }

  private void push(String repository, String reference, String type, String json)
      throws Exception {
    Answer answer = registry.manifest(repository, reference, type, json);
    assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(201);
  }

  @Test
  void whatIsPushedIsAnImageOfTheTeam() throws Exception {
    String manifest = registry.image("shop/web", "hello");
    Answer put = registry.manifest("shop/web", "1", MANIFEST, manifest);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("Location")).isEqualTo("/v2/shop/web/manifests/" + digest(manifest));
    assertThat(put.header("Docker-Content-Digest")).isEqualTo(digest(manifest).value());

    TeamImage image = images().getFirst();
    assertThat(image.repoTags()).containsExactly("shop/web:1");
    assertThat(image.repoDigests()).containsExactly("shop/web@" + digest(manifest));
    assertThat(image.size()).isEqualTo("hello".length());
    assertThat(Images.layers(registry.database, image.manifest())).hasSize(1);
    assertThat(registry.told())
        .containsExactly("push shop/web@" + digest(manifest), "tag shop/web:1");
  }

  @Test
  void aManifestIsKeptByteForByte() throws Exception {
    String manifest =
        registry.image("shop/web", "hello").replace("{\"schema", "{ \"x\" :1,\n\"schema");
    push("shop/web", "1", MANIFEST, manifest);
    for (String reference : List.of("1", digest(manifest).value())) {
      Answer got = registry.call("GET", "/v2/shop/web/manifests/" + reference);
      assertThat(new String(got.body(), UTF_8)).isEqualTo(manifest);
      assertThat(got.header("Content-Type")).isEqualTo(MANIFEST);
      assertThat(got.header("Docker-Content-Digest")).isEqualTo(digest(manifest).value());
      Answer head = registry.call("HEAD", "/v2/shop/web/manifests/" + reference);
      assertThat(head.header("Content-Length")).isEqualTo("" + manifest.getBytes(UTF_8).length);
      assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest(manifest).value());
    }
    String etag = registry.call("HEAD", "/v2/shop/web/manifests/1").header("ETag");
    assertThat(registry.call("GET", "/v2/shop/web/manifests/1", "If-None-Match", etag).status())
        .isEqualTo(304);
  }

  @Test
  void whatWasLoadedIsPulled() throws Exception {
    byte[] tar = TestRegistry.tar("loaded");
    registry.load("web:1", tar);
    for (String name : List.of("web", "library/web", "docker.io/library/web")) {
      Answer got = registry.call("GET", "/v2/" + name + "/manifests/1");
      assertThat(got.status()).as(name).isEqualTo(200);
      String layer = got.json().at("/layers/0/digest").asString("");
      assertThat(registry.call("GET", "/v2/" + name + "/blobs/" + layer).body()).isEqualTo(tar);
    }
    assertThat(registry.call("GET", "/v2/_catalog").json().at("/repositories/0").asString(""))
        .isEqualTo("web");
    assertThat(registry.call("GET", "/v2/db/manifests/1").error()).isEqualTo("MANIFEST_UNKNOWN");
  }

  @Test
  void aManifestWithoutAllOfItsPartsIsRefused() throws Exception {
    String manifest = registry.image("shop/web", "hello");
    Answer elsewhere = registry.manifest("shop/db", "1", MANIFEST, manifest);
    assertThat(elsewhere.status()).isEqualTo(404);
    assertThat(elsewhere.error()).isEqualTo("MANIFEST_BLOB_UNKNOWN");
    assertThat(
            registry
                .manifest("shop/web", "1", INDEX, index(descriptor(MANIFEST, manifest)))
                .error())
        .isEqualTo("MANIFEST_BLOB_UNKNOWN");
    assertThat(registry.call("GET", "/v2/shop/web/manifests/1").status()).isEqualTo(404);
    assertThat(images()).isEmpty();
  }

  @Test
  void whatIsNoManifestIsRefused() throws Exception {
    String good = registry.image("a/b", "hello");
    String both = good.replace("\"layers\"", "\"manifests\":[],\"layers\"");
    String twice = good.replace("\"layers\"", "\"layers\":[],\"layers\"");
    String wrongSize = good.replaceFirst("\"size\":\\d+", "\"size\":1");
    String old = good.replace("\"schemaVersion\":2", "\"schemaVersion\":1");
    for (String bad : List.of("", "x", "[]", "{}", both, twice, wrongSize, old)) {
      Answer answer = registry.manifest("a/b", "1", MANIFEST, bad);
      assertThat(answer.status()).as(bad).isEqualTo(400);
      assertThat(answer.error()).as(bad).isEqualTo("MANIFEST_INVALID");
    }
    assertThat(registry.manifest("a/b", "1", INDEX, good).error()).isEqualTo("MANIFEST_INVALID");
    assertThat(registry.manifest("a/b", "1", "text/plain", good).error())
        .isEqualTo("MANIFEST_INVALID");
    assertThat(registry.manifest("a/b", "-1", MANIFEST, good).status()).isEqualTo(400);
    assertThat(registry.manifest("a/b", digest("other").value(), MANIFEST, good).error())
        .isEqualTo("DIGEST_INVALID");
    assertThat(registry.manifest("a/b", "1", MANIFEST, " ".repeat(4 << 20) + good).status())
        .isEqualTo(413);
    push("a/b", "1", MANIFEST, " ".repeat((4 << 20) - good.length()) + good);
  }

  @Test
  void anIndexNamesTheImageForThisPlatform() throws Exception {
    String here = registry.image("shop/web", "hello");
    byte[] otherConfig = TestRegistry.config("s390x");
    registry.blob("shop/web", otherConfig);
    String other = manifest(descriptor(CONFIG, otherConfig));
    push("shop/web", digest(other).value(), MANIFEST, other);
    push("shop/web", digest(here).value(), MANIFEST, here);
    String index = index(descriptor(MANIFEST, other), descriptor(MANIFEST, here));
    push("shop/web", "1", INDEX, index);

    assertThat(images()).hasSize(1);
    assertThat(images().getFirst().repoTags()).containsExactly("shop/web:1");
    String path = "/v2/shop/web/manifests/";
    assertThat(registry.call("GET", path + "1").header("Content-Type")).isEqualTo(INDEX);
    assertThat(registry.call("GET", path + digest(here), "Accept", MANIFEST).status())
        .isEqualTo(200);
    assertThat(registry.call("DELETE", path + digest(here)).error())
        .as("the index needs it")
        .isEqualTo("UNSUPPORTED");
    assertThat(registry.call("DELETE", path + digest(index)).status()).isEqualTo(202);
    assertThat(registry.call("GET", path + "1").status()).isEqualTo(404);
    assertThat(registry.call("DELETE", path + digest(here)).status()).isEqualTo(202);
  }

  @Test
  void whoTakesNoIndexIsGivenTheManifest() throws Exception {
    String here = registry.image("shop/web", "hello");
    push("shop/web", digest(here).value(), MANIFEST, here);
    String part =
        descriptor(MANIFEST, here)
            .replace("}", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}");
    push("shop/web", "1", INDEX, index(part));
    String path = "/v2/shop/web/manifests/1";
    assertThat(registry.call("GET", path, "Accept", MANIFEST).header("Docker-Content-Digest"))
        .isEqualTo(digest(here).value());
    for (String accept : List.of(INDEX + ", " + MANIFEST, "*/*", "text/plain")) {
      assertThat(registry.call("GET", path, "Accept", accept).header("Content-Type"))
          .isEqualTo(INDEX);
    }
  }

  @Test
  void anArtifactIsKeptAndIsNoImage() throws Exception {
    registry.blob("a/b", "{}".getBytes(UTF_8));
    String empty = descriptor("application/vnd.oci.empty.v1+json", "{}");
    String artifact =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"a/sbom","config":%s,"layers":[%s]}\
        """
            .formatted(MANIFEST, empty, empty);
    push("a/b", "sbom", MANIFEST, artifact);
    byte[] config = TestRegistry.config("amd64", digest("layer"));
    registry.blob("a/b", config);
    registry.blob("a/b", "no tar".getBytes(UTF_8));
    push("a/b", "odd", MANIFEST, manifest(descriptor(CONFIG, config), descriptor(LAYER, "no tar")));
    assertThat(images()).isEmpty();
    assertThat(registry.call("GET", "/v2/a/b/tags/list").json().get("tags").toString())
        .isEqualTo("[\"odd\",\"sbom\"]");
  }

  @Test
  void layersThatAreElsewhereNeedNotBeHere() throws Exception {
    byte[] config = TestRegistry.config("amd64", digest("layer"));
    registry.blob("a/b", config);
    String foreign =
        descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar", "layer")
            .replace("}", ",\"urls\":[\"https://example.org/layer\"]}");
    push("a/b", "1", MANIFEST, manifest(descriptor(CONFIG, config), foreign));
    assertThat(images()).isEmpty();
  }

  @Test
  void referrersAreListedAndFiltered() throws Exception {
    registry.blob("a/b", "{}".getBytes(UTF_8));
    String empty = descriptor("application/vnd.oci.empty.v1+json", "{}");
    Digest subject = digest("not pushed yet");
    List<String> pushed = new ArrayList<>();
    for (String type : List.of("a/sbom", "a/signature", "")) {
      String referrer =
          """
          {"schemaVersion":2,"mediaType":"%s",%s"config":%s,"layers":[],"subject":%s,"annotations":{"k":"v"}}\
          """
              .formatted(
                  MANIFEST,
                  type.isEmpty() ? "" : "\"artifactType\":\"" + type + "\",",
                  empty,
                  descriptor(MANIFEST, subject, 14));
      Answer put = registry.manifest("a/b", digest(referrer).value(), MANIFEST, referrer);
      assertThat(put.header("OCI-Subject")).isEqualTo(subject.value());
      pushed.add(digest(referrer).value());
    }
    Answer all = registry.call("GET", "/v2/a/b/referrers/" + subject);
    assertThat(all.header("Content-Type")).isEqualTo(INDEX);
    assertThat(all.json().get("manifests").findValuesAsString("digest"))
        .containsExactlyInAnyOrderElementsOf(pushed);
    assertThat(all.json().get("manifests").findValuesAsString("artifactType"))
        .containsExactlyInAnyOrder("a/sbom", "a/signature", "application/vnd.oci.empty.v1+json");

    Answer some = registry.call("GET", "/v2/a/b/referrers/" + subject + "?artifactType=a/sbom");
    assertThat(some.header("OCI-Filters-Applied")).isEqualTo("artifactType");
    JsonNode only = some.json().get("manifests");
    assertThat(only.size()).isEqualTo(1);
    assertThat(only.at("/0/annotations/k").asString("")).isEqualTo("v");

    assertThat(registry.call("GET", "/v2/c/d/referrers/" + subject).json().get("manifests").size())
        .isZero();
    assertThat(registry.call("GET", "/v2/a/b/referrers/x").status()).isEqualTo(400);
  }

  @Test
  void referrersComeInPages() throws Exception {
    registry.blob("a/b", "{}".getBytes(UTF_8));
    String empty = descriptor("application/vnd.oci.empty.v1+json", "{}");
    Digest subject = digest("subject");
    for (int i = 0; i < 4; i++) {
      String referrer =
          """
          {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[],"subject":%s,"annotations":{"k":"%s%d"}}\
          """
              .formatted(MANIFEST, empty, descriptor(MANIFEST, subject, 7), "x".repeat(1 << 20), i);
      push("a/b", digest(referrer).value(), MANIFEST, referrer);
    }
    List<String> found = new ArrayList<>();
    String next = "/v2/a/b/referrers/" + subject;
    int pages = 0;
    while (!next.isEmpty()) {
      Answer page = registry.call("GET", next);
      found.addAll(page.json().get("manifests").findValuesAsString("digest"));
      next = page.header("Link").replaceFirst("<(.*)>.*", "$1");
      pages++;
    }
    assertThat(found).hasSize(4).doesNotHaveDuplicates();
    assertThat(pages).isEqualTo(2);
  }

  @Test
  void tagsComeInOrderAndInPages() throws Exception {
    String manifest = registry.image("a/b", "hello");
    for (String tag : List.of("b", "a", "C", "1.10", "1.9")) {
      push("a/b", tag, MANIFEST, manifest);
    }
    Answer first = registry.call("GET", "/v2/a/b/tags/list?n=3");
    assertThat(first.json().toString())
        .contains("\"name\":\"a/b\"")
        .contains("[\"1.10\",\"1.9\",\"C\"]");
    assertThat(first.header("Link")).isEqualTo("</v2/a/b/tags/list?n=3&last=C>; rel=\"next\"");
    Answer second = registry.call("GET", "/v2/a/b/tags/list?n=3&last=C");
    assertThat(second.json().get("tags").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(second.header("Link")).isEmpty();
    Answer none = registry.call("GET", "/v2/a/b/tags/list?n=0");
    assertThat(none.json().get("tags").size() + none.header("Link")).isEqualTo("0");
    assertThat(registry.call("GET", "/v2/a/b/tags/list?n=10000").json().get("tags").size())
        .isEqualTo(5);
    assertThat(registry.call("GET", "/v2/a/b/tags/list?n=-1").status()).isEqualTo(400);
    assertThat(registry.call("GET", "/v2/no/such/tags/list").error()).isEqualTo("NAME_UNKNOWN");
  }

  @Test
  void aManifestIsPushedBySha512WithTags() throws Exception {
    String manifest = registry.image("a/b", "hello");
    Digest digest =
        new Digest(
            "sha512:"
                + HexFormat.of()
                    .formatHex(
                        MessageDigest.getInstance("SHA-512").digest(manifest.getBytes(UTF_8))));
    Answer put = registry.manifest("a/b", digest + "?tag=1&tag=latest", MANIFEST, manifest);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.raw().headers().allValues("OCI-Tag")).containsExactly("1", "latest");
    assertThat(registry.call("GET", "/v2/a/b/manifests/latest").header("Docker-Content-Digest"))
        .isEqualTo(digest.value());
  }

  @Test
  void aTagThatMovedLeavesItsManifest() throws Exception {
    String old = registry.image("a/b", "old");
    push("a/b", "1", MANIFEST, old);
    String now = registry.image("a/b", "new");
    push("a/b", "1", MANIFEST, now);
    assertThat(registry.call("HEAD", "/v2/a/b/manifests/1").header("Docker-Content-Digest"))
        .isEqualTo(digest(now).value());
    assertThat(registry.call("HEAD", "/v2/a/b/manifests/" + digest(old)).status()).isEqualTo(200);
    assertThat(registry.call("DELETE", "/v2/a/b/manifests/1").status()).isEqualTo(202);
    assertThat(registry.call("DELETE", "/v2/a/b/manifests/1").status()).isEqualTo(404);
    assertThat(registry.call("HEAD", "/v2/a/b/manifests/" + digest(now)).status()).isEqualTo(200);
  }

  @Test
  void removingAnImageRemovesItFromTheRegistry() throws Exception {
    String manifest = registry.image("shop/web", "hello");
    push("shop/web", "1", MANIFEST, manifest);
    push("shop/web", "2", MANIFEST, manifest);
    registry.removals.remove(DEFAULT, "shop/web:1", false, NOWHERE);
    assertThat(registry.call("GET", "/v2/shop/web/manifests/1").status()).isEqualTo(404);
    assertThat(registry.call("GET", "/v2/shop/web/manifests/2").status()).isEqualTo(200);
    registry.removals.remove(DEFAULT, "shop/web:2", false, NOWHERE);
    assertThat(images()).isEmpty();
    assertThat(registry.call("GET", "/v2/shop/web/manifests/" + digest(manifest)).status())
        .isEqualTo(404);
    assertThat(registry.blobs.list()).as("a push might still name them").hasSize(2);
    registry.pass(Duration.ofHours(2));
    assertThat(registry.blobs.list()).isEmpty();
  }

  @Test
  void removingAManifestLeavesTheImageUnnamed() throws Exception {
    String manifest = registry.image("shop/web", "hello");
    push("shop/web", "1", MANIFEST, manifest);
    Answer answer = registry.call("DELETE", "/v2/shop/web/manifests/" + digest(manifest));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(registry.call("GET", "/v2/shop/web/manifests/1").status()).isEqualTo(404);
    assertThat(images().getFirst().isDangling()).as("a container may use it").isTrue();
    registry.pass(Duration.ofHours(2));
    assertThat(registry.blobs.list()).hasSize(3);
    registry.removals.prune(DEFAULT, TeamImage::isDangling, NOWHERE);
    assertThat(registry.blobs.list()).isEmpty();
    assertThat(registry.told()).contains("untag shop/web:1");
  }

  @Test
  void aBlobThatAManifestNamesStays() throws Exception {
    String manifest = registry.image("shop/web", "hello");
    push("shop/web", "1", MANIFEST, manifest);
    String layer =
        registry.call("GET", "/v2/shop/web/manifests/1").json().at("/layers/0/digest").asString("");
    assertThat(registry.call("DELETE", "/v2/shop/web/blobs/" + layer).error())
        .isEqualTo("UNSUPPORTED");
    registry.pass(Duration.ofHours(2));
    assertThat(registry.call("GET", "/v2/shop/web/blobs/" + layer).status()).isEqualTo(200);
  }

  @Test
  void aBlobThatWasLookedForStaysForThePushThatNamesIt() throws Exception {
    String manifest = registry.image("shop/web", "hello");
    push("shop/web", "1", MANIFEST, manifest);
    registry.pass(Duration.ofHours(2));
    JsonNode parts = registry.call("GET", "/v2/shop/web/manifests/1").json();
    for (String part : parts.findValuesAsString("digest")) {
      assertThat(registry.call("HEAD", "/v2/shop/web/blobs/" + part).status()).isEqualTo(200);
    }
    registry.removals.remove(DEFAULT, "shop/web:1", false, NOWHERE);
    push("shop/web", "2", MANIFEST, manifest);
    assertThat(images()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "push.afterUpload",
        "push.beforeBlobCommit",
        "push.beforeManifest",
        "push.beforeCommit"
      })
  void aPushThatEndsInTheMiddleLeavesNothingHalf(String point) throws Exception {
    byte[] config = TestRegistry.config("amd64");
    String manifest = manifest(descriptor(CONFIG, config));
    registry.close();
    registry = TestRegistry.failing(postgres, folder, point);
    int first =
        registry
            .call("POST", "/v2/a/b/blobs/uploads/?digest=" + Digest.ofBytes(config), config)
            .status();
    int second = registry.manifest("a/b", "1", MANIFEST, manifest).status();
    assertThat(List.of(first, second)).isNotEqualTo(List.of(201, 201));
    registry.close();
    registry = TestRegistry.start(postgres, folder);
    registry.blobs.repair(registry.database);
    registry.pass(Duration.ZERO);

    assertThat(registry.call("GET", "/v2/a/b/manifests/1").status()).isEqualTo(404);
    assertThat(images()).isEmpty();
    assertThat(registry.blobs.list())
        .containsExactlyInAnyOrderElementsOf(BlobRows.all(registry.database).keySet());
    assertThat(registry.blobs.incoming().uploads()).isEmpty();
    assertThat(registry.blobs.incoming().files()).isZero();
    registry.blob("a/b", config);
    push("a/b", "1", MANIFEST, manifest);
    assertThat(images()).hasSize(1);
  }

  @Test
  void theAuditTrailIsTold() throws Exception {
    String manifest = registry.image("a/b", "hello");
    push("a/b", "1", MANIFEST, manifest);
    registry.call("GET", "/v2/a/b/manifests/1");
    registry.call("DELETE", "/v2/a/b/manifests/2");
    registry.call("GET", "/v2/nothing");
    // An answer with a body is out before it is told.
    Awaitility.await().until(() -> registry.audited().size() == 6);
    assertThat(registry.audited())
        .containsExactly(
            "registry.upload.begin a/b ok",
            "registry.upload.begin a/b ok",
            "registry.push a/b:1 ok",
            "registry.pull a/b:1 ok",
            "registry.remove a/b:2 refused",
            "api.refused  refused");
    assertThat(registry.told()).endsWith("pull a/b:1");
  }

  @Test
  void anotherTeamsManifestIsNotThere() throws Exception {
    String manifest = registry.image("shop/web", "hello");
    push("shop/web", "1", MANIFEST, manifest);
    postgres.execute(
        "UPDATE pending_blob SET team = 'bank'; DELETE FROM tag;"
            + " UPDATE repository_digest SET team = 'bank', image = null;"
            + " UPDATE image SET team = 'bank'");
    String path = "/v2/shop/web/";
    assertThat(registry.call("GET", path + "manifests/" + digest(manifest)).error())
        .isEqualTo("MANIFEST_UNKNOWN");
    assertThat(registry.call("DELETE", path + "manifests/" + digest(manifest)).status())
        .isEqualTo(404);
    assertThat(registry.call("GET", path + "tags/list").error()).isEqualTo("NAME_UNKNOWN");
    assertThat(registry.call("GET", "/v2/_catalog").json().get("repositories").size()).isZero();
    assertThat(registry.manifest("shop/web", "1", MANIFEST, manifest).error())
        .isEqualTo("MANIFEST_BLOB_UNKNOWN");
  }
}
