package dev.gantry.gateway.credential;

import static dev.gantry.gateway.db.Tables.ACCESS_TOKEN;
import static dev.gantry.gateway.db.Tables.TEAM;

import dev.gantry.engine.TeamId;
import dev.gantry.gateway.call.Caller;
import dev.gantry.gateway.db.tables.records.AccessTokenRecord;
import dev.gantry.gateway.names.Database;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.RegistryCredential;
import dev.gantry.services.RegistryGrant;
import dev.gantry.services.RegistryGrant.Right;
import dev.gantry.services.RepositoryPattern;
import dev.gantry.services.ServiceException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The access tokens of all teams. Who asks for a team's sees and revokes those of that team. */
public final class AccessTokens {
  private static final int MOST_OF_A_TEAM = 1000;
  private static final Duration USE_IS_TOLD_EVERY = Duration.ofMinutes(10);
  private static final Duration SHOWN_AFTER_END = Duration.ofDays(30);

  private final Database database;
  private final SecureRandom random;
  private final InstantSource clock;

  public AccessTokens(Database database, SecureRandom random, InstantSource clock) {
    this.database = database;
    this.random = random;
    this.clock = clock;
  }

  /** Makes one; the answer is the only one that has the secret. */
  AccessToken issue(Caller caller, TokenRequest request) {
    Secret secret = Secret.random(random);
    Instant now = clock.instant();
    database.run(
        jooq ->
            jooq.transactionResult(
                configuration -> {
                  DSLContext tx = configuration.dsl();
                  requireRoom(tx, caller.team(), now);
                  return tx.insertInto(ACCESS_TOKEN)
                      .set(ACCESS_TOKEN.ID, secret.id())
                      .set(ACCESS_TOKEN.SECRET_HASH, secret.hash())
                      .set(ACCESS_TOKEN.TEAM, caller.team().value())
                      .set(ACCESS_TOKEN.ISSUED_BY, caller.user())
                      .set(ACCESS_TOKEN.NAME, request.name())
                      .set(ACCESS_TOKEN.RIGHTS, joined(request.rights().stream()))
                      .set(ACCESS_TOKEN.REPOSITORIES, joined(request.repositories().stream()))
                      .set(ACCESS_TOKEN.ISSUED_AT, at(now))
                      .set(ACCESS_TOKEN.EXPIRES_AT, at(request.expires()))
                      .execute();
                }));
    return new AccessToken(
        secret.id(),
        secret.text(),
        request.name(),
        caller.user(),
        words(request.rights()),
        request.repositories(),
        now,
        request.expires(),
        null);
  }

  /** The row of the team is locked, so that no two see the same last place. */
  private static void requireRoom(DSLContext tx, TeamId team, Instant now) {
    tx.insertInto(TEAM).set(TEAM.ID, team.value()).onConflictDoNothing().execute();
    tx.select(TEAM.ID).from(TEAM).where(TEAM.ID.eq(team.value())).forUpdate().fetch();
    tx.deleteFrom(ACCESS_TOKEN)
        .where(ACCESS_TOKEN.TEAM.eq(team.value()))
        .and(ACCESS_TOKEN.EXPIRES_AT.lt(at(now.minus(SHOWN_AFTER_END))))
        .execute();
    if (tx.fetchCount(ACCESS_TOKEN, ACCESS_TOKEN.TEAM.eq(team.value())) >= MOST_OF_A_TEAM) {
      throw new ServiceException(
          ErrorCode.CONFLICT,
          "a team has at most " + MOST_OF_A_TEAM + " tokens: revoke one of them");
    }
  }

  /** The team's, the newest first. */
  List<AccessToken> list(TeamId team) {
    return database.run(
        jooq ->
            jooq.selectFrom(ACCESS_TOKEN)
                .where(ACCESS_TOKEN.TEAM.eq(team.value()))
                .orderBy(ACCESS_TOKEN.ISSUED_AT.desc(), ACCESS_TOKEN.ID)
                .fetch(AccessTokens::shown));
  }

  /** Ends one of the team's; false where it has none of that id. */
  boolean revoke(TeamId team, String id) {
    return database.run(
        jooq ->
            jooq.deleteFrom(ACCESS_TOKEN)
                    .where(ACCESS_TOKEN.TEAM.eq(team.value()))
                    .and(ACCESS_TOKEN.ID.eq(id))
                    .execute()
                > 0);
  }

  /** What the secret allows; empty, whatever is wrong with it. */
  Optional<RegistryGrant> authenticate(RegistryCredential credential) {
    return Secret.parse(credential.secret())
        .flatMap(secret -> find(secret.id()).filter(row -> secret.hasHash(row.getSecretHash())))
        .map(this::used);
  }

  /** What the token allows now. */
  Optional<RegistryGrant> grant(String id) {
    return find(id).map(this::used);
  }

  private Optional<AccessTokenRecord> find(String id) {
    return database.run(
        jooq ->
            jooq.selectFrom(ACCESS_TOKEN)
                .where(ACCESS_TOKEN.ID.eq(id))
                .and(ACCESS_TOKEN.EXPIRES_AT.gt(at(clock.instant())))
                .fetchOptional());
  }

  private RegistryGrant used(AccessTokenRecord row) {
    OffsetDateTime now = at(clock.instant());
    OffsetDateTime last = row.getLastUsedAt();
    if (last == null || last.isBefore(now.minus(USE_IS_TOLD_EVERY))) {
      database.run(
          jooq ->
              jooq.update(ACCESS_TOKEN)
                  .set(ACCESS_TOKEN.LAST_USED_AT, now)
                  .where(ACCESS_TOKEN.ID.eq(row.getId()))
                  .execute());
    }
    return new RegistryGrant(
        row.getId(),
        new TeamId(row.getTeam()),
        row.getIssuedBy(),
        rights(row),
        patterns(row),
        row.getExpiresAt().toInstant());
  }

  private static AccessToken shown(AccessTokenRecord row) {
    return new AccessToken(
        row.getId(),
        null,
        row.getName(),
        row.getIssuedBy(),
        words(rights(row)),
        patterns(row),
        row.getIssuedAt().toInstant(),
        row.getExpiresAt().toInstant(),
        instant(row.getLastUsedAt()));
  }

  private static Set<Right> rights(AccessTokenRecord row) {
    return parts(row.getRights())
        .map(Right::valueOf)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Right.class)));
  }

  private static List<String> words(Set<Right> rights) {
    return rights.stream().sorted().map(right -> right.name().toLowerCase(Locale.ROOT)).toList();
  }

  private static List<RepositoryPattern> patterns(AccessTokenRecord row) {
    return parts(row.getRepositories()).map(RepositoryPattern::new).toList();
  }

  private static Stream<String> parts(String joined) {
    return joined.isEmpty() ? Stream.empty() : Stream.of(joined.split(","));
  }

  private static String joined(Stream<?> parts) {
    return parts.map(String::valueOf).collect(Collectors.joining(","));
  }

  private static OffsetDateTime at(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
