package dev.gantry.gateway.credential;

import dev.gantry.engine.TeamId;
import dev.gantry.gateway.fleet.Fleet;
import dev.gantry.gateway.fleet.FleetReader;
import dev.gantry.services.ErrorCode;
import dev.gantry.services.RegistryAccessApi;
import dev.gantry.services.RegistryCredential;
import dev.gantry.services.RegistryGrant;
import dev.gantry.services.ServiceException;
import dev.gantry.services.SharedRepositories;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells image-service what credentials allow and what containers use; the edge lets nobody else
 * come here.
 */
@RestController
class RegistryAccessController implements RegistryAccessApi {
  private final AccessTokens tokens;
  private final Sharing sharing;
  private final Fleet fleet;
  private final FleetReader reader;

  RegistryAccessController(AccessTokens tokens, Sharing sharing, Fleet fleet, FleetReader reader) {
    this.tokens = tokens;
    this.sharing = sharing;
    this.fleet = fleet;
    this.reader = reader;
  }

  @Override
  public RegistryGrant authenticate(@RequestBody RegistryCredential credential) {
    return found(tokens.authenticate(credential));
  }

  @Override
  public RegistryGrant grant(@PathVariable String id) {
    return found(tokens.grant(id));
  }

  @Override
  public List<SharedRepositories> shared() {
    return sharing.all();
  }

  @Override
  public Set<String> imagesInUse(@PathVariable String team) {
    reader.requireCaughtUp();
    return fleet.containers().of(new TeamId(team)).stream()
        .flatMap(container -> container.usedImages().stream())
        .collect(Collectors.toSet());
  }

  private static RegistryGrant found(Optional<RegistryGrant> grant) {
    return grant.orElseThrow(() -> new ServiceException(ErrorCode.NOT_FOUND, "no such token"));
  }
}
