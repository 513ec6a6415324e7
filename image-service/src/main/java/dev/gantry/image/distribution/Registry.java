package dev.gantry.image.distribution;

import dev.gantry.engine.EngineJson;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.distribution.RegistryPolicy.Action;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.manifest.RefusedImageException;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.RepositoryRemovals;
import dev.gantry.image.upload.Uploads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the calls of the registry: finds the route, asks the policy, renders failures. */
public final class Registry {
  private static final Logger log = LoggerFactory.getLogger(Registry.class);

  private final BlobRoutes blobs;
  private final UploadRoutes uploads;
  private final ManifestRoutes manifests;
  private final ListRoutes lists;
  private final RegistryAudit audit;

  public Registry(
      DSLContext database,
      BlobStore blobs,
      Uploads uploads,
      ManifestPush pushes,
      RepositoryRemovals removals,
      ImageEvents events,
      RegistryAudit audit,
      InstantSource clock) {
    this.audit = audit;
    this.blobs = new BlobRoutes(database, blobs, removals, clock);
    this.uploads = new UploadRoutes(database, uploads, clock);
    this.manifests = new ManifestRoutes(database, blobs, pushes, removals, events, clock);
    this.lists = new ListRoutes(database);
  }

  /**
   * Answers one call.
   *
   * @param path decoded
   */
  void answer(HttpServletRequest request, HttpServletResponse response, Actor actor, String path)
      throws IOException {
    long begun = System.nanoTime();
    response.setHeader("Docker-Distribution-API-Version", "registry/2.0");
    Optional<RegistryPath> known = Optional.empty();
    try {
      known = RegistryPath.parse(path);
      attempt(new Exchange(request, response, actor), known);
    } catch (DistributionException e) {
      fail(response, e);
    } finally {
      Duration duration = Duration.ofNanos(System.nanoTime() - begun);
      audit.tell(request, actor, known, response.getStatus(), duration);
    }
  }

  private void attempt(Exchange call, Optional<RegistryPath> path) throws IOException {
    HttpServletResponse response = call.response();
    try {
      route(
          call,
          path.orElseThrow(
              () ->
                  new DistributionException(DistributionError.UNSUPPORTED, 404, "page not found")));
    } catch (DistributionException e) {
      fail(response, e);
    } catch (RefusedImageException e) {
      fail(
          response,
          new DistributionException(
              DistributionError.MANIFEST_INVALID, String.valueOf(e.getMessage())));
    } catch (DataAccessException e) {
      log.warn("PostgreSQL did not answer: {}", e.getMessage());
      response.setHeader("Retry-After", "1");
      fail(
          response,
          new DistributionException(
              DistributionError.UNAVAILABLE, "PostgreSQL is not reachable; try again later"));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      fail(
          response,
          new DistributionException(DistributionError.UNAVAILABLE, "the service is stopping"));
    } catch (IOException e) {
      log.info("a call was not finished: {}", e.getMessage());
      fail(
          response,
          new DistributionException(DistributionError.UNKNOWN, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      log.error("a call failed unexpectedly", e);
      fail(
          response,
          new DistributionException(
              DistributionError.UNKNOWN, "internal error: " + e.getMessage()));
    }
  }

  private void route(Exchange call, RegistryPath path) throws IOException, InterruptedException {
    switch (path) {
      case RegistryPath.Base _ -> {
        require(call.isRead(), call);
        call.send(200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
      }
      case RegistryPath.Catalog _ -> {
        require(call.isRead(), call);
        lists.catalog(call);
      }
      case RegistryPath.Tags tags -> {
        require(call.isRead(), call);
        allow(call, tags.name(), Action.PULL);
        lists.tags(call, tags);
      }
      case RegistryPath.Referrers referrers -> {
        require(call.isRead(), call);
        allow(call, referrers.name(), Action.PULL);
        lists.referrers(call, referrers);
      }
      case RegistryPath.Manifest manifest -> manifest(call, manifest);
      case RegistryPath.Blob blob -> blob(call, blob);
      case RegistryPath.Uploading uploading -> {
        require(call.is("POST"), call);
        allow(call, uploading.name(), Action.PUSH);
        uploads.begin(call, uploading);
      }
      case RegistryPath.Upload upload -> upload(call, upload);
    }
  }

  private void manifest(Exchange call, RegistryPath.Manifest path)
      throws IOException, InterruptedException {
    switch (call.request().getMethod()) {
      case "GET", "HEAD" -> {
        allow(call, path.name(), Action.PULL);
        manifests.read(call, path);
      }
      case "PUT" -> {
        allow(call, path.name(), Action.PUSH);
        manifests.push(call, path);
      }
      case "DELETE" -> {
        allow(call, path.name(), Action.DELETE);
        manifests.remove(call, path);
      }
      default -> require(false, call);
    }
  }

  private void blob(Exchange call, RegistryPath.Blob path) throws IOException {
    switch (call.request().getMethod()) {
      case "GET", "HEAD" -> {
        allow(call, path.name(), Action.PULL);
        blobs.read(call, path);
      }
      case "DELETE" -> {
        allow(call, path.name(), Action.DELETE);
        blobs.remove(call, path);
      }
      default -> require(false, call);
    }
  }

  private void upload(Exchange call, RegistryPath.Upload path) throws IOException {
    allow(call, path.name(), Action.PUSH);
    switch (call.request().getMethod()) {
      case "GET", "HEAD" -> uploads.status(call, path);
      case "PATCH" -> uploads.append(call, path);
      case "PUT" -> uploads.finish(call, path);
      case "DELETE" -> uploads.cancel(call, path);
      default -> require(false, call);
    }
  }

  private static void require(boolean served, Exchange call) {
    if (!served) {
      throw new DistributionException(
          DistributionError.UNSUPPORTED, call.request().getMethod() + " is not served here");
    }
  }

  private static void allow(Exchange call, RepositoryName name, Action action) {
    if (!RegistryPolicy.allows(call.actor(), name, action)) {
      throw new DistributionException(
          DistributionError.DENIED, "requested access to the resource is denied");
    }
  }

  /** An answer that has begun is broken off, so that nobody takes its beginning for the whole. */
  static void fail(HttpServletResponse response, DistributionException failure) throws IOException {
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
    response.setStatus(failure.status());
    response.setContentType("application/json");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
