package dev.gantry.services;

import java.util.List;
import java.util.Set;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** What the gateway, who owns the tokens, answers to image-service. */
@HttpExchange(RegistryAccessApi.PATH)
public interface RegistryAccessApi {
  String PATH = "/v1/registry";

  /** What the secret allows; 404, whatever is wrong with it. */
  @PostExchange("/authenticate")
  RegistryGrant authenticate(@RequestBody RegistryCredential credential);

  /** What the token allows now; 404 where it was revoked or has expired. */
  @GetExchange("/grants/{id}")
  RegistryGrant grant(@PathVariable String id);

  /** What all teams let everybody pull. */
  @GetExchange("/shared")
  List<SharedRepositories> shared();

  /** The ids of the team's images that containers use; 503 where not all containers are known. */
  @GetExchange("/images-in-use/{team}")
  Set<String> imagesInUse(@PathVariable String team);
}
