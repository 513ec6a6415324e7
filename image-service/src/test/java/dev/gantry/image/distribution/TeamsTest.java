package dev.gantry.image.distribution;

import static dev.gantry.image.distribution.TestRegistry.MANIFEST;
import static dev.gantry.image.distribution.TestRegistry.digest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.TeamId;
import dev.gantry.image.TestSchema;
import dev.gantry.image.catalog.Catalog;
import dev.gantry.ops.testkit.PostgresCluster;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry's TLS door: certificates name the team, and teams see nothing of each other. */
class TeamsTest {
  @TempDir Path folder;

  private static int send(
      TestRegistry registry, SSLContext own, String method, String path, byte[] body, String type)
      throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(own).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(registry.tls(path))
              .header("Content-Type", type)
              .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
    }
  }

  @Test
  void aCertificateNamesTheTeam() throws Exception {
    try (PostgresCluster postgres = PostgresCluster.start()) {
      TestSchema.create(postgres);
      TestCertificates certificates = new TestCertificates(folder.resolve("certs"));
      try (TestRegistry registry =
          TestRegistry.secured(postgres, folder.resolve("store"), certificates.files())) {
        SSLContext shop = certificates.client("/O=shop/CN=ann");
        SSLContext bank = certificates.client("/O=bank/CN=bob");
        byte[] config = TestRegistry.config("amd64");
        String manifest =
            TestRegistry.manifest(TestRegistry.descriptor(TestRegistry.CONFIG, config));
        String upload = "/v2/a/b/blobs/uploads/?digest=" + dev.gantry.engine.Digest.ofBytes(config);
        String path = "/v2/a/b/manifests/1";
        assertThat(send(registry, shop, "POST", upload, config, "a/b")).isEqualTo(201);
        assertThat(send(registry, bank, "PUT", path, manifest.getBytes(UTF_8), MANIFEST))
            .as("the blob is another team's")
            .isEqualTo(404);
        assertThat(send(registry, shop, "PUT", path, manifest.getBytes(UTF_8), MANIFEST))
            .isEqualTo(201);

        assertThat(Catalog.images(registry.database, new TeamId("shop"))).hasSize(1);
        assertThat(Catalog.images(registry.database, new TeamId("bank"))).isEmpty();
        for (String secret :
            new String[] {path, "/v2/a/b/manifests/" + digest(manifest), "/v2/a/b/tags/list"}) {
          assertThat(send(registry, shop, "GET", secret, new byte[0], "a/b")).isEqualTo(200);
          assertThat(send(registry, bank, "GET", secret, new byte[0], "a/b")).isEqualTo(404);
          assertThat(registry.call("GET", secret).status()).isEqualTo(404);
        }
        SSLContext nobody = certificates.client("/CN=nobody");
        assertThat(send(registry, nobody, "GET", "/v2/", new byte[0], "a/b")).isEqualTo(401);
        SSLContext stranger = certificates.stranger();
        assertThat(send(registry, stranger, "GET", "/v2/", new byte[0], "a/b")).isEqualTo(401);
        SSLContext forger = certificates.foreign("/O=shop/CN=ann");
        assertThat(send(registry, forger, "GET", "/v2/", new byte[0], "a/b")).isEqualTo(401);
      }
    }
  }
}
