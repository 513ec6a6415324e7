package dev.gantry.image.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gantry.engine.TeamId;
import dev.gantry.services.RegistryAccessApi;
import dev.gantry.services.RegistryCredential;
import dev.gantry.services.RegistryGrant;
import dev.gantry.services.RegistryGrant.Right;
import dev.gantry.services.RepositoryPattern;
import dev.gantry.services.SharedRepositories;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;

/** A gateway that knows the tokens that a test has issued; a secret is the id and a word. */
public final class TestGateway implements RegistryAccessApi {
  public static final Set<Right> ALL = EnumSet.allOf(Right.class);
  private final Map<String, RegistryGrant> grants = new ConcurrentHashMap<>();
  private volatile List<SharedRepositories> shared = List.of();
  private volatile boolean away;

  /** Issues one, and answers the header that shows it. */
  public String issue(String id, String team, Set<Right> rights, String... repositories) {
    List<RepositoryPattern> patterns =
        List.of(repositories).stream().map(RepositoryPattern::new).toList();
    grants.put(
        id,
        new RegistryGrant(
            id, new TeamId(team), "ann", rights, patterns, Instant.now().plusSeconds(3600)));
    return basic(id + "-secret");
  }

  public static String basic(String secret) {
    return "Basic " + Base64.getEncoder().encodeToString(("any:" + secret).getBytes(UTF_8));
  }

  void revoke(String id) {
    grants.remove(id);
  }

  void share(String team, String... patterns) {
    shared =
        List.of(
            new SharedRepositories(
                new TeamId(team), List.of(patterns).stream().map(RepositoryPattern::new).toList()));
  }

  void away(boolean is) {
    away = is;
  }

  @Override
  public RegistryGrant authenticate(RegistryCredential credential) {
    return find(credential.secret().replaceFirst("-secret$", ""))
        .filter(grant -> credential.secret().equals(grant.id() + "-secret"))
        .orElseThrow(TestGateway::notFound);
  }

  @Override
  public RegistryGrant grant(String id) {
    return find(id).orElseThrow(TestGateway::notFound);
  }

  private Optional<RegistryGrant> find(String id) {
    if (away) {
      throw new ResourceAccessException("refused");
    }
    return Optional.ofNullable(grants.get(id));
  }

  @Override
  public List<SharedRepositories> shared() {
    if (away) {
      throw new ResourceAccessException("refused");
    }
    return shared;
  }

  @Override
  public Set<String> imagesInUse(String team) {
    return Set.of();
  }

  private static HttpClientErrorException notFound() {
    return HttpClientErrorException.create(
        HttpStatus.NOT_FOUND, "Not Found", new HttpHeaders(), new byte[0], UTF_8);
  }
}
