package dev.gantry.gateway.credential;

import static dev.gantry.gateway.call.Permission.REGISTRY_READ;
import static dev.gantry.gateway.call.Permission.REGISTRY_WRITE;
import static dev.gantry.gateway.call.Route.change;
import static dev.gantry.gateway.call.Route.read;

import dev.gantry.gateway.call.Answer;
import dev.gantry.gateway.call.Call;
import dev.gantry.gateway.call.Failures;
import dev.gantry.gateway.call.Route;
import dev.gantry.gateway.call.Routes;
import dev.gantry.services.RepositoryPattern;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A team's own access tokens, and what it lets everybody pull. */
public final class RegistryRoutes implements Routes {
  private static final int MOST_PATTERNS = 100;

  private final AccessTokens tokens;
  private final Sharing sharing;
  private final InstantSource clock;

  public RegistryRoutes(AccessTokens tokens, Sharing sharing, InstantSource clock) {
    this.tokens = tokens;
    this.sharing = sharing;
    this.clock = clock;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        read("/gantry/v1/registry/tokens", REGISTRY_READ, "token.list", this::list),
        change("POST", "/gantry/v1/registry/tokens", REGISTRY_WRITE, "token.issue", this::issue),
        change(
            "DELETE",
            "/gantry/v1/registry/tokens/{id}",
            REGISTRY_WRITE,
            "token.revoke",
            this::revoke),
        read("/gantry/v1/registry/shared", REGISTRY_READ, "sharing.read", this::shared),
        change("PUT", "/gantry/v1/registry/shared", REGISTRY_WRITE, "sharing.set", this::share));
  }

  private Answer list(Call call) {
    return Answer.json(tokens.list(call.caller().team()));
  }

  private Answer issue(Call call) throws IOException {
    TokenRequest.Body body =
        call.json(TokenRequest.Body.class)
            .orElseGet(() -> new TokenRequest.Body(null, null, null, null));
    AccessToken token;
    try {
      token = tokens.issue(call.caller(), TokenRequest.of(body, clock.instant()));
    } catch (IllegalArgumentException e) {
      throw Failures.invalid(String.valueOf(e.getMessage()));
    }
    call.about(token.id(), token.id());
    return Answer.json(201, token);
  }

  private Answer revoke(Call call) {
    String id = call.path("id");
    if (!tokens.revoke(call.caller().team(), id)) {
      throw Failures.notFound("no such token: " + id);
    }
    return Answer.empty(204);
  }

  private Answer shared(Call call) {
    return Answer.json(Map.of("repositories", sharing.of(call.caller().team())));
  }

  private record Patterns(@Nullable List<String> repositories) {}

  private Answer share(Call call) throws IOException {
    List<String> texts =
        call.json(Patterns.class)
            .map(Patterns::repositories)
            .orElseThrow(() -> Failures.invalid("repositories is missing: a list of patterns"));
    if (texts.size() > MOST_PATTERNS) {
      throw Failures.invalid("a team shares by at most " + MOST_PATTERNS + " patterns");
    }
    List<RepositoryPattern> patterns;
    try {
      patterns = texts.stream().map(RepositoryPattern::new).toList();
    } catch (IllegalArgumentException e) {
      throw Failures.invalid(String.valueOf(e.getMessage()));
    }
    sharing.set(call.caller().team(), patterns);
    call.about(String.join(",", texts), null);
    return shared(call);
  }
}
