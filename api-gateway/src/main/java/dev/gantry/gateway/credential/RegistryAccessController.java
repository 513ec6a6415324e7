package dev.gantry.gateway.credential;

import dev.gantry.services.ErrorCode;
import dev.gantry.services.RegistryAccessApi;
import dev.gantry.services.RegistryCredential;
import dev.gantry.services.RegistryGrant;
import dev.gantry.services.ServiceException;
import dev.gantry.services.SharedRepositories;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tells image-service what credentials allow; the edge lets nobody else come here. */
@RestController
class RegistryAccessController implements RegistryAccessApi {
  private final AccessTokens tokens;
  private final Sharing sharing;

  RegistryAccessController(AccessTokens tokens, Sharing sharing) {
    this.tokens = tokens;
    this.sharing = sharing;
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

  private static RegistryGrant found(Optional<RegistryGrant> grant) {
    return grant.orElseThrow(() -> new ServiceException(ErrorCode.NOT_FOUND, "no such token"));
  }
}
