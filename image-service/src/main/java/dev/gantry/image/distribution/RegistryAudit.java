package dev.gantry.image.distribution;

import dev.gantry.delivery.Message;
import dev.gantry.delivery.Outbox;
import dev.gantry.events.AuditCall;
import dev.gantry.events.Event;
import dev.gantry.events.EventCodec;
import dev.gantry.events.Topics;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import dev.gantry.services.RegistryGrant;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the audit trail of every call of the registry, as the gateway does of those of its own. */
public final class RegistryAudit {
  private static final Logger log = LoggerFactory.getLogger(RegistryAudit.class);
  private static final int LONGEST_TEXT = 256;

  private final DSLContext database;
  private final Outbox outbox;
  private final Refusals refusals;
  private final InstantSource clock;

  public RegistryAudit(DSLContext database, Outbox outbox, Refusals refusals, InstantSource clock) {
    this.database = database;
    this.outbox = outbox;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** What a call asked for. */
  private record Asked(String verb, String route, @Nullable String noun, @Nullable String object) {
    static Asked of(String method, RegistryPath path) {
      return switch (path) {
        case RegistryPath.Base _ -> new Asked("registry.ping", "/v2/", null, null);
        case RegistryPath.Catalog _ -> new Asked("registry.list", "/v2/_catalog", null, null);
        case RegistryPath.Tags tags ->
            new Asked("registry.tags", "/v2/{name}/tags/list", "repository", tags.name().value());
        case RegistryPath.Referrers one ->
            new Asked(
                "registry.referrers",
                "/v2/{name}/referrers/{digest}",
                "manifest",
                one.name() + "@" + one.digest());
        case RegistryPath.Manifest one ->
            new Asked(
                "registry." + pick(method, "pull", "push"),
                "/v2/{name}/manifests/{reference}",
                "manifest",
                one.name() + (one.reference().contains(":") ? "@" : ":") + one.reference());
        case RegistryPath.Blob one ->
            new Asked(
                "registry.blob." + pick(method, "read", "write"),
                "/v2/{name}/blobs/{digest}",
                "blob",
                one.name() + "@" + one.digest());
        case RegistryPath.Uploading one ->
            new Asked(
                "registry.upload.begin",
                "/v2/{name}/blobs/uploads/",
                "repository",
                one.name().value());
        case RegistryPath.Upload one ->
            new Asked(
                "registry.upload." + pick(method, "status", "write"),
                "/v2/{name}/blobs/uploads/{id}",
                "repository",
                one.name().value());
      };
    }

    private static String pick(String method, String reading, String writing) {
      return switch (method) {
        case "GET", "HEAD" -> reading;
        case "DELETE" -> "remove";
        default -> writing;
      };
    }
  }

  /**
   * Tells of a call that was answered. What nobody in particular was refused is on the trail of the
   * team that it names, if that is one that shares something.
   *
   * @param path empty where no route takes it
   */
  void tell(Exchange call, Optional<RegistryPath> path, Duration duration) {
    HttpServletRequest request = call.request();
    Asked asked =
        path.map(known -> Asked.of(request.getMethod(), known))
            .orElseGet(
                () ->
                    new Asked(
                        "api.refused",
                        String.valueOf(bounded(request.getRequestURI())),
                        null,
                        null));
    int status = call.response().getStatus();
    call.caller()
        .actor()
        .or(
            () ->
                path.flatMap(known -> Need.of(request.getMethod(), known))
                    .flatMap(need -> named(need.name()))
                    .filter(
                        space ->
                            status < 400
                                || refusals.isToBeTold(space.team(), request.getRemoteAddr()))
                    .map(space -> Caller.anybodyAt(space.team())))
        .ifPresent(actor -> tell(request, actor, asked, status, duration));
  }

  /** The team's repository that a name is; one that is malformed is none. */
  private static Optional<Space> named(RepositoryName name) {
    try {
      return SharedName.parse(name);
    } catch (DistributionException _) {
      return Optional.empty();
    }
  }

  /** Tells of a short-lived token that was given out to somebody. */
  void tellLogin(HttpServletRequest request, RegistryGrant grant, Duration duration) {
    Asked asked = new Asked("registry.login", TokenEndpoint.PATH, "token", grant.id());
    tell(request, Caller.actor(grant), asked, 200, duration);
  }

  private void tell(
      HttpServletRequest request, Actor actor, Asked asked, int status, Duration duration) {
    Instant now = clock.instant();
    AuditCall call =
        new AuditCall(
            now.minus(duration),
            actor.team().value(),
            actor.user(),
            request.getRemoteAddr() + ":" + request.getRemotePort(),
            asked.verb(),
            request.getMethod(),
            asked.route(),
            asked.noun(),
            bounded(asked.object()),
            null,
            status < 400 ? "ok" : status < 500 ? "refused" : "failed",
            status,
            duration.toNanos() / 1000,
            bounded(request.getHeader("User-Agent")),
            null,
            "image-service");
    try {
      database.transaction(configuration -> outbox.append(DSL.using(configuration), message(call)));
    } catch (DataAccessException e) {
      log.error("the audit trail lacks {} {}: {}", call.verb(), call.object(), e.getMessage());
    }
  }

  private static Message message(AuditCall call) {
    return Message.of(
        EventCodec.toRecord(
            Topics.AUDIT_CALLS,
            new Event<>(
                UUID.randomUUID().toString(),
                "/image-service",
                "dev.gantry.audit.called.v1",
                call.team(),
                call.time(),
                call.team(),
                null,
                call)));
  }

  private static @Nullable String bounded(@Nullable String text) {
    return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }
}
