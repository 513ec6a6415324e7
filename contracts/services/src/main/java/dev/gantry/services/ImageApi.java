package dev.gantry.services;

import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/**
 * What image-service answers to gateway and nodes. A blob is read at {@code GET /v1/blobs/{digest}}
 * (with {@code Range}); the Engine API's image routes are below {@code /v1/engine}.
 */
@HttpExchange("/v1")
public interface ImageApi {
  /**
   * Resolves a name, an id or the beginning of an id among the team's images; 404 with the engine's
   * text.
   */
  @GetExchange("/images/resolve")
  ResolvedImage resolve(@RequestParam String name);
}
