package dev.gantry.image.distribution;

import dev.gantry.engine.EngineJson;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.rule.RuleException;
import dev.gantry.services.RolledBack;
import dev.gantry.services.ServiceException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong, in the words of the specification. */
final class Failures {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** Something that can fail. */
  interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Runs it; empty where it failed, which is answered. */
  static <T> Optional<T> attempt(HttpServletResponse response, Attempt<T> attempt)
      throws IOException {
    DistributionException failure;
    try {
      return Optional.of(attempt.run());
    } catch (DistributionException e) {
      failure = e;
    } catch (RuleException e) {
      failure = new DistributionException(DistributionError.DENIED, e.text());
    } catch (RefusedImageException e) {
      failure =
          new DistributionException(
              DistributionError.MANIFEST_INVALID, String.valueOf(e.getMessage()));
    } catch (DataAccessException e) {
      failure = ofTransaction(e);
    } catch (ServiceException e) {
      failure = unavailable(e.detail());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      failure = unavailable("the service is stopping");
    } catch (IOException e) {
      log.info("a call was not finished: {}", e.getMessage());
      failure =
          new DistributionException(DistributionError.UNKNOWN, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("a call failed unexpectedly", e);
      failure =
          new DistributionException(DistributionError.UNKNOWN, "internal error: " + e.getMessage());
    }
    answer(response, failure);
    return Optional.empty();
  }

  private static DistributionException ofTransaction(DataAccessException e) {
    Optional<Throwable> cause = RolledBack.cause(e);
    if (cause.isPresent()) {
      log.error("a transaction was rolled back", e);
      return new DistributionException(
          DistributionError.UNKNOWN, String.valueOf(cause.get().getMessage()));
    }
    log.warn("PostgreSQL did not answer: {}", e.getMessage());
    return unavailable("PostgreSQL is not reachable; try again later");
  }

  private static DistributionException unavailable(String why) {
    return new DistributionException(DistributionError.UNAVAILABLE, why);
  }

  /** An answer that has begun is broken off, so that nobody takes its beginning for the whole. */
  static void answer(HttpServletResponse response, DistributionException failure)
      throws IOException {
    if (response.isCommitted()) {
      throw new IOException("an answer broke off: " + failure.getMessage(), failure);
    }
    var body = EngineJson.MAPPER.createObjectNode();
    body.putArray("errors")
        .addObject()
        .put("code", failure.error().name())
        .put("message", String.valueOf(failure.getMessage()));
    byte[] bytes = EngineJson.MAPPER.writeValueAsBytes(body);
    response.resetBuffer();
    switch (failure.error()) {
      case UNAVAILABLE -> response.setHeader("Retry-After", "1");
      case TOOMANYREQUESTS -> response.setHeader("Retry-After", "10");
      default -> {}
    }
    response.setStatus(failure.status());
    response.setContentType("application/json");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
