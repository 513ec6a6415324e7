package dev.gantry.image.distribution;

import dev.gantry.image.access.Attempts;
import dev.gantry.image.access.Credentials;
import dev.gantry.image.blob.BlobStore;
import dev.gantry.image.distribution.RegistryPolicy.Verdict;
import dev.gantry.image.event.ImageEvents;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.ManifestPush;
import dev.gantry.image.repository.RepositoryRemovals;
import dev.gantry.image.token.ShortTokens;
import dev.gantry.image.upload.Uploads;
import dev.gantry.services.CertificateSubject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jooq.DSLContext;

/** Answers the calls of the registry: who calls, what the policy says, which route. */
public final class Registry {
  private final BlobRoutes blobs;
  private final UploadRoutes uploads;
  private final ManifestRoutes manifests;
  private final ListRoutes lists;
  private final RegistryAudit audit;
  private final RegistryPolicy policy;
  private final Authentication authentication;
  private final TokenEndpoint tokens;

  public Registry(
      DSLContext database,
      BlobStore blobs,
      Uploads uploads,
      ManifestPush pushes,
      RepositoryRemovals removals,
      ImageEvents events,
      RegistryAudit audit,
      Credentials credentials,
      InstantSource clock) {
    this.audit = audit;
    this.policy = new RegistryPolicy(credentials);
    ShortTokens shortTokens = new ShortTokens(database, clock);
    this.authentication = new Authentication(credentials, shortTokens, new Attempts(clock));
    this.tokens = new TokenEndpoint(authentication, policy, shortTokens, clock);
    this.blobs = new BlobRoutes(database, blobs, removals, clock);
    this.uploads = new UploadRoutes(database, uploads, policy, clock);
    this.manifests = new ManifestRoutes(database, blobs, pushes, removals, events, clock);
    this.lists = new ListRoutes(database);
  }

  /**
   * Answers one call.
   *
   * @param certificate of the connection
   * @param path decoded
   */
  void answer(
      HttpServletRequest request,
      HttpServletResponse response,
      Optional<CertificateSubject> certificate,
      String path)
      throws IOException {
    long begun = System.nanoTime();
    response.setHeader("Docker-Distribution-API-Version", "registry/2.0");
    if (path.equals(TokenEndpoint.PATH)) {
      Failures.attempt(
              response, () -> tokens.answer(new Exchange(request, response, Caller.ANYBODY)))
          .flatMap(given -> given)
          .ifPresent(grant -> audit.tellLogin(request, grant, elapsed(begun)));
      return;
    }
    Optional<Optional<RegistryPath>> known =
        Failures.attempt(response, () -> RegistryPath.parse(path));
    if (known.isEmpty()) {
      return;
    }
    Optional<RegistryPath> asked = known.get();
    Optional<Caller> caller =
        Failures.attempt(
            response,
            () -> caller(new Exchange(request, response, Caller.ANYBODY), certificate, asked));
    if (caller.isEmpty()) {
      return;
    }
    Exchange call = new Exchange(request, response, caller.get());
    try {
      Failures.attempt(
          response,
          () -> {
            RegistryPath one = asked.orElseThrow(Registry::noPage);
            allow(call, one);
            route(call, one);
            return call;
          });
    } finally {
      audit.tell(call, asked, elapsed(begun));
    }
  }

  private static Duration elapsed(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private Caller caller(
      Exchange call, Optional<CertificateSubject> certificate, Optional<RegistryPath> path) {
    try {
      return authentication.caller(call.request(), certificate);
    } catch (DistributionException e) {
      if (e.error() == DistributionError.UNAUTHORIZED) {
        Challenge.put(call, path, "invalid_token");
      }
      throw e;
    }
  }

  /** Decides before anything is looked up, so that a refusal tells nothing of what there is. */
  private void allow(Exchange call, RegistryPath path) {
    switch (verdict(call, path)) {
      case ALLOWED -> {}
      case UNPROVEN -> {
        Challenge.put(call, Optional.of(path), "insufficient_scope");
        throw Authentication.refused();
      }
      case DENIED ->
          throw new DistributionException(
              DistributionError.DENIED, "requested access to the resource is denied");
    }
  }

  private Verdict verdict(Exchange call, RegistryPath path) {
    return switch (path) {
      case RegistryPath.Base _ -> policy.judgeHello(call.caller());
      case RegistryPath.Catalog _ -> policy.judgeCatalog(call.caller());
      default ->
          policy.judge(call.caller(), Need.of(call.request().getMethod(), path).orElseThrow());
    };
  }

  private static DistributionException noPage() {
    return new DistributionException(DistributionError.UNSUPPORTED, 404, "page not found");
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
        lists.tags(call, tags);
      }
      case RegistryPath.Referrers referrers -> {
        require(call.isRead(), call);
        lists.referrers(call, referrers);
      }
      case RegistryPath.Manifest manifest -> manifest(call, manifest);
      case RegistryPath.Blob blob -> blob(call, blob);
      case RegistryPath.Uploading uploading -> {
        require(call.is("POST"), call);
        uploads.begin(call, uploading);
      }
      case RegistryPath.Upload upload -> upload(call, upload);
    }
  }

  private void manifest(Exchange call, RegistryPath.Manifest path)
      throws IOException, InterruptedException {
    switch (call.request().getMethod()) {
      case "GET", "HEAD" -> manifests.read(call, path);
      case "PUT" -> manifests.push(call, path);
      case "DELETE" -> manifests.remove(call, path);
      default -> require(false, call);
    }
  }

  private void blob(Exchange call, RegistryPath.Blob path) throws IOException {
    switch (call.request().getMethod()) {
      case "GET", "HEAD" -> blobs.read(call, path);
      case "DELETE" -> blobs.remove(call, path);
      default -> require(false, call);
    }
  }

  private void upload(Exchange call, RegistryPath.Upload path)
      throws IOException, InterruptedException {
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
}
