package dev.gantry.image.distribution;

import static dev.gantry.image.distribution.TestGateway.basic;
import static dev.gantry.image.distribution.TestRegistry.MANIFEST;
import static dev.gantry.image.distribution.TestRegistry.digest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.gantry.engine.Digest;
import dev.gantry.engine.Reference;
import dev.gantry.engine.TeamId;
import dev.gantry.image.catalog.TagHistory;
import dev.gantry.image.distribution.TestRegistry.Answer;
import dev.gantry.services.RegistryGrant.Right;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets in, and what those learn who do not. */
class AccessTest extends EmptyRegistry {
  private static final Set<Right> PULL = EnumSet.of(Right.PULL);
  private static final String NOBODY = "";
  private static final byte[] BLOB = "a blob".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.ofBytes(BLOB);

  private String tagged;

  /** The default team has an image {@code shop/web:1}, and a blob. */
  @BeforeEach
  void start() throws Exception {
    tagged = registry.image("shop/web", "hello");
    assertThat(registry.manifest("shop/web", "1", MANIFEST, tagged).status()).isEqualTo(201);
    registry.blob("shop/web", BLOB);
  }

  private String token(String credential, String... scopes) throws Exception {
    StringBuilder path = new StringBuilder("/token?service=gantry-registry");
    for (String scope : scopes) {
      path.append("&scope=").append(URLEncoder.encode(scope, UTF_8));
    }
    Answer answer = registry.as(credential, "GET", path.toString());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    return "Bearer " + answer.json().path("token").asString();
  }

  private int get(String credential, String path) throws Exception {
    return registry.as(credential, "GET", path).status();
  }

  /** Names that are and names that are not are refused in the same words. */
  private void assertNothingIsLearnt(String credential, int status) throws Exception {
    for (List<String> pair :
        List.of(
            List.of("/v2/shop/web/manifests/1", "/v2/shop/web/manifests/2"),
            List.of(
                "/v2/shop/web/manifests/" + digest(tagged),
                "/v2/shop/web/manifests/" + digest("none")),
            List.of("/v2/shop/web/blobs/" + DIGEST, "/v2/shop/web/blobs/" + digest("none")),
            List.of("/v2/shop/web/tags/list", "/v2/no/such/tags/list"),
            List.of(
                "/v2/team.gantry/default/shop/web/manifests/1",
                "/v2/team.gantry/none/x/manifests/1"),
            List.of(
                "/v2/team.gantry/default/shop/web/blobs/" + DIGEST,
                "/v2/team.gantry/default/shop/web/blobs/" + digest("none")))) {
      for (String method : List.of("GET", "HEAD", "DELETE")) {
        Answer is = registry.as(credential, method, pair.get(0));
        Answer isNot = registry.as(credential, method, pair.get(1));
        assertThat(is.status()).as(method + pair).isEqualTo(status);
        assertThat(isNot.status()).as(method + pair).isEqualTo(status);
        assertThat(is.body()).isEqualTo(isNot.body());
        assertThat(is.raw().headers().map().keySet())
            .isEqualTo(isNot.raw().headers().map().keySet());
      }
    }
  }

  @Test
  void withoutACredentialThereIsNothing() throws Exception {
    Answer hello = registry.as(NOBODY, "GET", "/v2/");
    assertThat(hello.status()).isEqualTo(401);
    assertThat(hello.error()).isEqualTo("UNAUTHORIZED");
    assertThat(hello.header("WWW-Authenticate"))
        .isEqualTo(
            "Bearer realm=\"%s\",service=\"gantry-registry\"".formatted(registry.uri("/token")));
    assertThat(registry.as(NOBODY, "PUT", "/v2/shop/web/manifests/1").header("WWW-Authenticate"))
        .endsWith(",scope=\"repository:shop/web:pull,push\"");
    assertThat(registry.as(NOBODY, "GET", "/v2/_catalog").header("WWW-Authenticate"))
        .endsWith(",scope=\"registry:catalog:*\"");
    assertNothingIsLearnt(NOBODY, 401);
    assertNothingIsLearnt(token(NOBODY, "repository:shop/web:pull,push,delete"), 401);
    assertThat(registry.as(NOBODY, "POST", "/v2/shop/web/blobs/uploads/").status()).isEqualTo(401);
  }

  @Test
  void aTokenIsForWhatWasAskedAndMay() throws Exception {
    String pulls = registry.gateway.issue("pulls", "default", PULL);
    String bearer = token(pulls, "repository:shop/web:pull,push,delete", "repository:other:pull");
    assertThat(get(bearer, "/v2/")).isEqualTo(200);
    assertThat(get(bearer, "/v2/shop/web/manifests/1")).isEqualTo(200);
    assertThat(get(bearer, "/v2/other/manifests/1")).as("may, but is not there").isEqualTo(404);
    assertThat(registry.as(bearer, "DELETE", "/v2/shop/web/manifests/1").status()).isEqualTo(403);
    assertThat(registry.as(pulls, "DELETE", "/v2/shop/web/manifests/1").status()).isEqualTo(403);
    assertThat(registry.as(bearer, "POST", "/v2/shop/web/blobs/uploads/").status()).isEqualTo(403);

    Answer other = registry.as(bearer, "GET", "/v2/shop/api/manifests/1");
    assertThat(other.status()).as("he may, but this token is not for it").isEqualTo(401);
    assertThat(other.header("WWW-Authenticate"))
        .endsWith(",scope=\"repository:shop/api:pull\",error=\"insufficient_scope\"");
    assertThat(get(bearer, "/v2/_catalog")).isEqualTo(401);
    assertThat(get(token(pulls, "registry:catalog:*"), "/v2/_catalog")).isEqualTo(200);
    String one = registry.gateway.issue("one", "default", PULL, "shop/*");
    assertThat(get(one, "/v2/_catalog")).as("names of others are in it").isEqualTo(403);
  }

  @Test
  void scopesAreGivenAsFarAsTheyMay() throws Exception {
    String some = registry.gateway.issue("some", "default", PULL, "shop/*");
    Answer answer =
        registry.as(
            some,
            "GET",
            "/token?scope=repository:shop/web:pull,push%20repository:bank/api:pull&scope=repository:shop/x:*"
                + "&scope=nonsense&scope=registry:catalog:*");
    assertThat(answer.json().path("scope").asString())
        .isEqualTo("repository:shop/web:pull repository:shop/x:pull");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(300);
  }

  @Test
  void formsAreTakenAsOAuthHasThem() throws Exception {
    String type = "application/x-www-form-urlencoded";
    for (String form :
        List.of(
            "grant_type=password&username=any&password=member-secret&service=x&client_id=docker"
                + "&access_type=offline&scope=repository%3Ashop%2Fweb%3Apull+repository%3Ab%3Apull",
            "grant_type=refresh_token&refresh_token=member-secret&scope=repository:shop/web:pull")) {
      Answer answer =
          registry.call(
              "POST", "/token", form.getBytes(UTF_8), "Content-Type", type, "Authorization", "");
      assertThat(answer.status()).isEqualTo(200);
      String bearer = "Bearer " + answer.json().path("access_token").asString();
      assertThat(get(bearer, "/v2/shop/web/manifests/1")).isEqualTo(200);
    }
    assertThat(
            registry
                .call(
                    "POST",
                    "/token",
                    "grant_type=password&username=any&password=wrong".getBytes(UTF_8),
                    "Authorization",
                    "")
                .status())
        .isEqualTo(401);
    assertThat(registry.audited()).contains("registry.login member ok");
  }

  @Test
  void anotherTeamSeesNothing() throws Exception {
    String bank = registry.gateway.issue("bank", "bank", TestGateway.ALL);
    assertThat(get(bank, "/v2/shop/web/manifests/1")).as("its own has none").isEqualTo(404);
    assertThat(get(bank, "/v2/shop/web/blobs/" + DIGEST)).isEqualTo(404);
    String mount =
        "/v2/bank/x/blobs/uploads/?mount=" + DIGEST + "&from=team.gantry/default/shop/web";
    assertThat(registry.as(bank, "POST", mount).status()).as("not mounted").isEqualTo(202);
    String scoped =
        token(
            bank,
            "repository:bank/x:pull,push",
            "repository:team.gantry/default/shop/web:pull,push");
    assertThat(registry.as(scoped, "POST", mount).status()).isEqualTo(202);
    assertThat(get(bank, "/v2/team.gantry/default/shop/web/manifests/1")).isEqualTo(403);
    assertThat(get(bank, "/v2/team.gantry/default/shop/none/manifests/1")).isEqualTo(403);
    assertThat(get(bank, "/v2/team.gantry/none/shop/web/manifests/1")).isEqualTo(403);
  }

  @Test
  void aMountNeedsTheRightToReadWhereItIsFrom() throws Exception {
    String one = registry.gateway.issue("one", "default", TestGateway.ALL, "one/*");
    String mount = "/v2/one/x/blobs/uploads/?mount=" + DIGEST;
    assertThat(registry.as(one, "POST", mount + "&from=shop/web").status()).isEqualTo(202);
    assertThat(registry.as(one, "POST", mount).status()).isEqualTo(202);
    String narrow = token(registry.member, "repository:one/x:pull,push");
    assertThat(registry.as(narrow, "POST", mount + "&from=shop/web").status()).isEqualTo(202);
    assertThat(registry.as(NOBODY, "POST", mount + "&from=shop/web").header("WWW-Authenticate"))
        .endsWith(",scope=\"repository:one/x:pull,push repository:shop/web:pull\"");
    assertThat(registry.as(narrow, "POST", mount).status()).isEqualTo(202);
    String wide = token(registry.member, "repository:one/x:pull,push", "repository:shop/web:pull");
    assertThat(registry.as(wide, "POST", mount + "&from=shop/web").status()).isEqualTo(201);
  }

  @Test
  void whatATeamSharesEverybodyPullsAndNobodyElsePushes() throws Exception {
    registry.gateway.share("default", "shop/*");
    String path = "/v2/team.gantry/default/shop/web";
    String bank = registry.gateway.issue("bank", "bank", TestGateway.ALL);
    String anybody = token(NOBODY, "repository:team.gantry/default/shop/web:pull,push");
    for (String who : List.of(NOBODY, anybody, bank)) {
      assertThat(get(who, path + "/manifests/1")).isEqualTo(200);
      assertThat(get(who, path + "/tags/list")).isEqualTo(200);
      assertThat(registry.as(who, "HEAD", path + "/blobs/" + DIGEST).status()).isEqualTo(200);
      assertThat(get(who, path + "/manifests/2")).isEqualTo(404);
      assertThat(registry.as(who, "POST", path + "/blobs/uploads/").status())
          .isEqualTo(who.equals(bank) ? 403 : 401);
      assertThat(registry.as(who, "DELETE", path + "/manifests/1").status())
          .isEqualTo(who.equals(bank) ? 403 : 401);
    }
    assertThat(get(NOBODY, "/v2/shop/web/manifests/1")).isEqualTo(401);
    assertThat(get(NOBODY, "/v2/team.gantry/default/other/manifests/1")).isEqualTo(401);
    String mount = "/v2/x/blobs/uploads/?mount=" + DIGEST + "&from=team.gantry/default/shop/web";
    assertThat(registry.as(bank, "POST", mount).status()).isEqualTo(201);
    assertThat(get(NOBODY, "/v2/team.gantry/quiet/web/manifests/1")).isEqualTo(401);
    assertThat(registry.audited())
        .contains(
            "registry.pull team.gantry/default/shop/web:1 ok",
            "registry.pull team.gantry/default/other:1 refused")
        .doesNotContain("registry.pull team.gantry/quiet/web:1 refused");

    registry.gateway.share("default");
    registry.pass(Duration.ofSeconds(3));
    assertThat(get(anybody, path + "/manifests/1")).isEqualTo(401);
    assertThat(get(bank, path + "/manifests/1")).isEqualTo(403);
  }

  @Test
  void aRevokedTokenIsWorthlessInSeconds() throws Exception {
    String ci = registry.gateway.issue("ci", "default", PULL);
    String bearer = token(ci, "repository:shop/web:pull");
    assertThat(get(ci, "/v2/")).isEqualTo(200);
    assertThat(get(bearer, "/v2/shop/web/manifests/1")).isEqualTo(200);
    registry.gateway.revoke("ci");
    registry.pass(Duration.ofSeconds(3));
    assertThat(get(ci, "/v2/")).isEqualTo(401);
    assertNothingIsLearnt(bearer, 401);
    assertThat(registry.as(ci, "GET", "/token").status()).isEqualTo(401);
  }

  @Test
  void aShortLivedTokenExpires() throws Exception {
    registry.stopTheClock();
    String bearer = token(registry.member, "repository:shop/web:pull");
    registry.pass(Duration.ofSeconds(299));
    assertThat(get(bearer, "/v2/shop/web/manifests/1")).isEqualTo(200);
    registry.pass(Duration.ofSeconds(2));
    Answer expired = registry.as(bearer, "GET", "/v2/shop/web/manifests/1");
    assertThat(expired.status()).isEqualTo(401);
    assertThat(expired.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    assertNothingIsLearnt(bearer, 401);
  }

  @Test
  void aForgedTokenIsNone() throws Exception {
    Date later = Date.from(Instant.now().plusSeconds(200));
    List<Map<String, Object>> access =
        List.of(
            Map.of("type", "repository", "name", "shop/web", "actions", List.of("pull", "push")));
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer("gantry-registry")
            .audience("gantry-registry")
            .subject("member")
            .expirationTime(later)
            .claim("access", access)
            .build();
    SignedJWT other = new SignedJWT(header(JWSAlgorithm.HS256), claims);
    other.sign(new MACSigner(new byte[32]));
    SignedJWT strong = new SignedJWT(header(JWSAlgorithm.HS512), claims);
    strong.sign(new MACSigner(new byte[64]));
    String own = token(registry.member, "repository:shop/web:pull").substring("Bearer ".length());
    String[] parts = own.split("\\.");
    String changed =
        parts[0]
            + "."
            + com.nimbusds.jose.util.Base64URL.encode(claims.toString())
            + "."
            + parts[2];
    for (String forged :
        List.of(
            other.serialize(),
            strong.serialize(),
            new PlainJWT(claims).serialize(),
            changed,
            parts[0] + "." + parts[1] + ".",
            own + "x",
            "nonsense")) {
      assertThat(get("Bearer " + forged, "/v2/")).as(forged).isEqualTo(401);
      assertNothingIsLearnt("Bearer " + forged, 401);
    }
    postgres.execute("DELETE FROM signing_key");
    assertThat(get("Bearer " + own, "/v2/")).as("its key is gone").isEqualTo(401);
  }

  private static JWSHeader header(JWSAlgorithm algorithm) {
    return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).build();
  }

  @Test
  void whoGuessesIsStoppedAndWhoKnowsIsNot() throws Exception {
    registry.stopTheClock();
    assertThat(get(registry.member, "/v2/")).isEqualTo(200);
    String late = registry.gateway.issue("late", "default", PULL);
    for (int i = 0; i < 20; i++) {
      assertThat(get(basic("guess-" + i), "/v2/")).isEqualTo(401);
    }
    Answer stopped = registry.as(basic("guess-20"), "GET", "/v2/");
    assertThat(stopped.status()).isEqualTo(429);
    assertThat(stopped.header("Retry-After")).isNotEmpty();
    assertThat(get(late, "/v2/")).as("not seen before").isEqualTo(429);
    assertThat(get(registry.member, "/v2/")).isEqualTo(200);
    registry.pass(Duration.ofMinutes(2));
    assertThat(get(late, "/v2/")).isEqualTo(200);
  }

  @Test
  void withoutTheGatewayNobodyGetsInAndAllAreToldWhy() throws Exception {
    assertThat(get(registry.member, "/v2/")).isEqualTo(200);
    String bearer = token(registry.member, "repository:shop/web:pull");
    registry.gateway.away(true);
    registry.pass(Duration.ofSeconds(3));
    for (String who : List.of(registry.member, bearer)) {
      Answer answer = registry.as(who, "GET", "/v2/shop/web/manifests/1");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isNotEmpty();
      assertThat(new String(answer.body(), UTF_8)).contains("api-gateway is not reachable");
    }
    assertThat(registry.as(registry.member, "GET", "/token").status()).isEqualTo(503);
    assertThat(get(NOBODY, "/v2/team.gantry/default/shop/web/manifests/1")).isEqualTo(503);
    registry.gateway.away(false);
    org.awaitility.Awaitility.await().until(() -> get(registry.member, "/v2/") == 200);
  }

  @Test
  void aTagTellsWhatItNamedAndWhoLetIt() throws Exception {
    String other = registry.image("shop/web", "other");
    assertThat(registry.manifest("shop/web", "1", MANIFEST, other).status()).isEqualTo(201);
    assertThat(registry.call("DELETE", "/v2/shop/web/manifests/1").status()).isEqualTo(202);
    List<TagHistory.Step> steps =
        TagHistory.of(
            registry.database, TeamId.DEFAULT, Reference.parse("shop/web:1").orElseThrow(), 10);
    assertThat(steps)
        .extracting(TagHistory.Step::manifest)
        .containsExactly(null, digest(other).value(), digest(tagged).value());
    assertThat(steps).extracting(TagHistory.Step::user).containsOnly("ann (token member)");
  }

  @Test
  void nothingSecretIsTold() throws Exception {
    String bearer = token(registry.member, "repository:shop/web:pull");
    get(bearer, "/v2/shop/web/manifests/1");
    get(basic("guessed-secret"), "/v2/");
    registry.as(registry.member, "DELETE", "/v2/shop/web/manifests/1");
    String told =
        registry
            .database
            .fetch("select convert_from(value, 'UTF8') from outbox")
            .getValues(0, String.class)
            .toString();
    assertThat(told)
        .contains("(token member)")
        .doesNotContain("secret", bearer.substring(bearer.lastIndexOf('.')));
  }
}
