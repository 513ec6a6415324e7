package dev.gantry.gateway.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.TeamId;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.names.Database;
import dev.gantry.ops.testkit.PostgresCluster;
import dev.gantry.services.RegistryCredential;
import dev.gantry.services.RegistryGrant.Right;
import dev.gantry.services.RepositoryPattern;
import dev.gantry.services.SharedRepositories;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens in a real database, through their whole life. */
class AccessTokensTest {
  private static final PostgresCluster POSTGRES = PostgresCluster.start();
  private static final Caller ANN = new Caller(new TeamId("shop"), "ann", "here");
  private static final Caller BOB = new Caller(new TeamId("bank"), "bob", "there");
  private static Database database;

  private Duration ahead = Duration.ZERO;
  private AccessTokens tokens;

  @BeforeAll
  static void migrate() {
    POSTGRES.execute("CREATE SCHEMA gateway; ALTER ROLE CURRENT_USER SET search_path = gateway");
    database = new Database(POSTGRES.dataSource());
    database.start();
    Awaitility.await().until(database::ready);
  }

  @AfterAll
  static void end() {
    database.close();
    POSTGRES.close();
  }

  @BeforeEach
  void empty() {
    POSTGRES.execute("TRUNCATE access_token, shared_repository");
    tokens = new AccessTokens(database, new SecureRandom(), this::now);
  }

  private Instant now() {
    return Instant.now().plus(ahead);
  }

  private AccessToken issue(Caller caller, List<String> rights, String... repositories) {
    TokenRequest.Body body =
        new TokenRequest.Body(
            "ci", rights, repositories.length == 0 ? null : List.of(repositories), null);
    return tokens.issue(caller, TokenRequest.of(body, now()));
  }

  private static String secret(AccessToken issued) {
    return Objects.requireNonNull(issued.secret());
  }

  private boolean isOne(String secret) {
    return tokens.authenticate(new RegistryCredential(secret)).isPresent();
  }

  @Test
  void aTokenAllowsWhatItWasIssuedFor() {
    AccessToken token = issue(ANN, List.of("pull", "push"), "web/*");
    var grant = tokens.authenticate(new RegistryCredential(secret(token))).orElseThrow();
    assertThat(grant.team()).isEqualTo(ANN.team());
    assertThat(grant.user()).isEqualTo("ann");
    assertThat(grant.allows("web/a", Right.PUSH)).isTrue();
    assertThat(grant.allows("web/a", Right.DELETE)).isFalse();
    assertThat(grant.allows("api", Right.PULL)).isFalse();
    assertThat(tokens.grant(token.id())).hasValue(grant);
  }

  @Test
  void theSecretIsToldOnceAndKeptNowhere() {
    AccessToken token = issue(ANN, List.of("pull"));
    assertThat(secret(token)).startsWith("gantry_" + token.id() + "_");
    assertThat(token.toString()).doesNotContain(secret(token));
    assertThat(tokens.list(ANN.team())).singleElement().matches(one -> one.secret() == null);
    String kept =
        database.run(jooq -> jooq.fetch("select access_token::text from access_token").toString());
    assertThat(kept).doesNotContain(secret(token).substring(24));
  }

  @Test
  void whatIsNearlyASecretIsNone() {
    String secret = secret(issue(ANN, List.of("pull")));
    String other = secret(issue(ANN, List.of("pull")));
    assertThat(isOne(secret)).isTrue();
    assertThat(isOne(secret.substring(0, secret.length() - 1))).isFalse();
    assertThat(isOne(secret + "A")).isFalse();
    assertThat(isOne(secret.toUpperCase(java.util.Locale.ROOT))).isFalse();
    assertThat(isOne(secret.substring(0, 24) + other.substring(24))).isFalse();
    assertThat(isOne("")).isFalse();
    assertThat(isOne("gantry_0000000000000000_" + secret.substring(24))).isFalse();
  }

  @Test
  void onlyItsTeamSeesAndRevokesIt() {
    AccessToken token = issue(ANN, List.of("pull"));
    assertThat(tokens.list(BOB.team())).isEmpty();
    assertThat(tokens.revoke(BOB.team(), token.id())).isFalse();
    assertThat(isOne(secret(token))).isTrue();
    assertThat(tokens.revoke(ANN.team(), token.id())).isTrue();
    assertThat(isOne(secret(token))).isFalse();
    assertThat(tokens.grant(token.id())).isEmpty();
    assertThat(tokens.revoke(ANN.team(), token.id())).isFalse();
  }

  @Test
  void anExpiredTokenIsNone() {
    AccessToken token = issue(ANN, List.of("pull"));
    ahead = Duration.ofDays(89);
    assertThat(isOne(secret(token))).isTrue();
    ahead = Duration.ofDays(91);
    assertThat(isOne(secret(token))).isFalse();
    assertThat(tokens.grant(token.id())).isEmpty();
    assertThat(tokens.list(ANN.team())).as("still told").hasSize(1);
    ahead = Duration.ofDays(121);
    issue(ANN, List.of("pull"));
    assertThat(tokens.list(ANN.team())).hasSize(1);
  }

  @Test
  void itsUseIsToldRoughly() {
    AccessToken token = issue(ANN, List.of("pull"));
    assertThat(tokens.list(ANN.team()).getFirst().lastUsed()).isNull();
    assertThat(isOne(secret(token))).isTrue();
    Instant first = tokens.list(ANN.team()).getFirst().lastUsed();
    assertThat(first).isNotNull();
    ahead = Duration.ofMinutes(5);
    assertThat(tokens.grant(token.id())).isPresent();
    assertThat(tokens.list(ANN.team()).getFirst().lastUsed()).isEqualTo(first);
    ahead = Duration.ofMinutes(11);
    assertThat(tokens.grant(token.id())).isPresent();
    assertThat(tokens.list(ANN.team()).getFirst().lastUsed()).isAfter(first);
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    Instant now = now();
    for (TokenRequest.Body body :
        List.of(
            new TokenRequest.Body(null, List.of("read"), null, null),
            new TokenRequest.Body(null, List.of(), null, null),
            new TokenRequest.Body(null, null, List.of(), null),
            new TokenRequest.Body(null, null, List.of("a,b"), null),
            new TokenRequest.Body("x".repeat(65), null, null, null),
            new TokenRequest.Body("a\nb", null, null, null),
            new TokenRequest.Body(null, null, null, now),
            new TokenRequest.Body(null, null, null, now.plus(Duration.ofDays(4000))))) {
      assertThatThrownBy(() -> TokenRequest.of(body, now))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatATeamSharesIsReplacedInWhole() {
    Sharing sharing = new Sharing(database);
    RepositoryPattern web = new RepositoryPattern("web/*");
    RepositoryPattern api = new RepositoryPattern("api");
    sharing.set(ANN.team(), List.of(web, api));
    sharing.set(BOB.team(), List.of(web));
    assertThat(sharing.all())
        .containsExactly(
            new SharedRepositories(BOB.team(), List.of(web)),
            new SharedRepositories(ANN.team(), List.of(api, web)));
    sharing.set(ANN.team(), List.of());
    assertThat(sharing.of(ANN.team())).isEmpty();
    assertThat(sharing.of(BOB.team())).containsExactly(web);
  }
}
