package dev.gantry.gateway.credential;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.gantry.services.RepositoryPattern;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token as its team sees it.
 *
 * @param secret only in the answer that issues it
 * @param name for people
 * @param rights of pull, push and delete
 * @param lastUsed to the next ten minutes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessToken(
    String id,
    @Nullable String secret,
    String name,
    String user,
    List<String> rights,
    List<RepositoryPattern> repositories,
    Instant issued,
    Instant expires,
    @Nullable Instant lastUsed) {

  @Override
  public String toString() {
    return "AccessToken[" + id + "]";
  }
}
