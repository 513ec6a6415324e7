package dev.gantry.image.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.Digest;
import dev.gantry.engine.TeamId;
import dev.gantry.services.RegistryAccessApi;
import dev.gantry.services.RegistryCredential;
import dev.gantry.services.RegistryGrant;
import dev.gantry.services.RepositoryPattern;
import dev.gantry.services.SharedRepositories;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What access tokens allow, and what everybody may pull, as the gateway said it no longer than
 * {@link #FRESH} ago: so long a token that was revoked goes on.
 */
public final class Credentials {
  static final Duration FRESH = Duration.ofSeconds(2);

  /** For how long a secret is known to have been one. */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private static final int MOST = 10_000;
  private static final String ALL = "all";

  private final Gateway gateway;
  private final Recent<Digest, RegistryGrant> bySecret;
  private final Recent<String, RegistryGrant> byId;
  private final Recent<String, List<SharedRepositories>> shared;

  public Credentials(Gateway gateway, InstantSource clock) {
    this.gateway = gateway;
    this.bySecret = new Recent<>(MOST, clock);
    this.byId = new Recent<>(MOST, clock);
    this.shared = new Recent<>(1, clock);
  }

  /** What the secret allows; empty where it is none, or no longer one. */
  public Optional<RegistryGrant> authenticate(String secret) {
    Digest key = key(secret);
    Optional<RegistryGrant> known = bySecret.get(key, FRESH);
    if (known.isPresent()) {
      return known;
    }
    Optional<RegistryGrant> grant =
        gateway.ask(api -> api.authenticate(new RegistryCredential(secret)));
    grant.ifPresentOrElse(found -> bySecret.put(key, found), () -> bySecret.remove(key));
    return grant;
  }

  /** True where it was one lately, so that whoever has it does not guess. */
  public boolean wasOne(String secret) {
    return bySecret.get(key(secret), REMEMBERED).isPresent();
  }

  /** What the token allows now. */
  public Optional<RegistryGrant> grant(String id) {
    Optional<RegistryGrant> known = byId.get(id, FRESH);
    if (known.isPresent()) {
      return known;
    }
    Optional<RegistryGrant> grant = gateway.ask(api -> api.grant(id));
    grant.ifPresent(found -> byId.put(id, found));
    return grant;
  }

  /**
   * True where the team lets everybody pull from the repository.
   *
   * @param repository as {@code docker images} shows it
   */
  public boolean isShared(TeamId team, String repository) {
    return shared(team).anyMatch(pattern -> pattern.matches(repository));
  }

  /** True where the team lets everybody pull from something. */
  public boolean isSharing(TeamId team) {
    return shared(team).findAny().isPresent();
  }

  private Stream<RepositoryPattern> shared(TeamId team) {
    List<SharedRepositories> all =
        shared
            .get(ALL, FRESH)
            .orElseGet(
                () -> {
                  List<SharedRepositories> now =
                      gateway.ask(RegistryAccessApi::shared).orElse(List.of());
                  shared.put(ALL, now);
                  return now;
                });
    return all.stream()
        .filter(one -> one.team().equals(team))
        .flatMap(one -> one.repositories().stream());
  }

  private static Digest key(String secret) {
    return Digest.ofBytes(secret.getBytes(UTF_8));
  }
}
