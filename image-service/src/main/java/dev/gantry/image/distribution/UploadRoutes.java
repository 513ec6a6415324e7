package dev.gantry.image.distribution;

import static dev.gantry.image.distribution.RegistryPolicy.Verdict.ALLOWED;

import dev.gantry.engine.Digest;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.PendingBlobs;
import dev.gantry.image.repository.Repositories;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import dev.gantry.image.upload.Uploads;
import dev.gantry.services.RegistryGrant.Right;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.DSLContext;

/** Blobs on their way in: whole, in chunks, resumed, or taken over from another repository. */
final class UploadRoutes {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?:bytes )?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

  private final DSLContext database;
  private final Uploads uploads;
  private final RegistryPolicy policy;
  private final InstantSource clock;

  UploadRoutes(DSLContext database, Uploads uploads, RegistryPolicy policy, InstantSource clock) {
    this.policy = policy;
    this.database = database;
    this.uploads = uploads;
    this.clock = clock;
  }

  void begin(Exchange call, RegistryPath.Uploading path) throws IOException, InterruptedException {
    String mount = call.parameter("mount");
    if (!mount.isEmpty() && mount(call, path.name(), Exchange.digest(mount))) {
      return;
    }
    String digest = call.parameter("digest");
    if (!digest.isEmpty()) {
      whole(call, path.name(), Exchange.digest(digest));
      return;
    }
    String algorithm = call.parameter("digest-algorithm");
    if (!algorithm.isEmpty() && !algorithm.equals("sha256") && !algorithm.equals("sha512")) {
      throw new DistributionException(
          DistributionError.DIGEST_INVALID, "unknown digest algorithm \"" + algorithm + "\"");
    }
    UUID id = uploads.begin(call.space(path.name()));
    progress(call, new Session(path.name(), id, algorithm), 0);
    call.sendNothing(202);
  }

  /** An upload, and the algorithm that its client announced. */
  private record Session(RepositoryName name, UUID id, String algorithm) {
    String location() {
      String path = "/v2/" + name + "/blobs/uploads/" + id;
      return algorithm.isEmpty() ? path : path + "?digest-algorithm=" + algorithm;
    }
  }

  private static Session session(Exchange call, RegistryPath.Upload path) {
    try {
      return new Session(
          path.name(),
          UUID.fromString(path.id()),
          call.parameter("digest-algorithm").equals("sha512") ? "sha512" : "");
    } catch (IllegalArgumentException _) {
      throw new DistributionException(
          DistributionError.BLOB_UPLOAD_UNKNOWN, "the repository has no such upload");
    }
  }

  private boolean mount(Exchange call, RepositoryName into, Digest digest) {
    String from = call.parameter("from");
    Optional<RepositoryName> source =
        RepositoryName.parse(
            from.isEmpty()
                ? Repositories.having(database, call.actor().team(), digest).orElse("")
                : from);
    boolean mounted =
        source
            .filter(name -> policy.judge(call.caller(), new Need(name, Right.PULL)) == ALLOWED)
            .flatMap(
                name ->
                    PendingBlobs.askFor(
                        database, call.space(name), call.space(into), digest, clock.instant()))
            .isPresent();
    if (mounted) {
      created(call, into, digest);
    }
    return mounted;
  }

  /** A blob in a single call: nobody knows its upload, so it goes with the call. */
  private void whole(Exchange call, RepositoryName name, Digest digest)
      throws IOException, InterruptedException {
    Space space = call.space(name);
    UUID id = uploads.begin(space);
    boolean finished = false;
    try {
      uploads.finish(space, id, chunk(call), digest);
      finished = true;
    } finally {
      if (!finished) {
        uploads.discard(id);
      }
    }
    created(call, name, digest);
  }

  void status(Exchange call, RegistryPath.Upload path) throws IOException {
    Session session = session(call, path);
    progress(call, session, uploads.length(call.space(path.name()), session.id()));
    call.sendNothing(204);
  }

  void append(Exchange call, RegistryPath.Upload path) throws IOException {
    Session session = session(call, path);
    Space space = call.space(path.name());
    try {
      long length = uploads.append(space, session.id(), chunk(call), session.algorithm());
      progress(call, session, length);
      call.sendNothing(202);
    } catch (DistributionException e) {
      tellProgress(call, session, e);
      throw e;
    }
  }

  void finish(Exchange call, RegistryPath.Upload path) throws IOException, InterruptedException {
    Session session = session(call, path);
    Digest digest = Exchange.digest(call.parameter("digest"));
    try {
      uploads.finish(call.space(path.name()), session.id(), chunk(call), digest);
    } catch (DistributionException e) {
      tellProgress(call, session, e);
      throw e;
    }
    created(call, path.name(), digest);
  }

  /** Who sent the wrong chunk is told which is the next. */
  private void tellProgress(Exchange call, Session session, DistributionException e)
      throws IOException {
    if (e.status() == 416) {
      progress(call, session, uploads.length(call.space(session.name()), session.id()));
    }
  }

  void cancel(Exchange call, RegistryPath.Upload path) throws IOException {
    uploads.cancel(call.space(path.name()), session(call, path).id());
    call.sendNothing(204);
  }

  private static Uploads.Chunk chunk(Exchange call) throws IOException {
    OptionalLong from = OptionalLong.empty();
    OptionalLong length = OptionalLong.empty();
    String range = call.request().getHeader("Content-Range");
    if (range != null) {
      Matcher parts = CONTENT_RANGE.matcher(range.strip());
      if (!parts.matches()) {
        throw new DistributionException(
            DistributionError.BLOB_UPLOAD_INVALID, "invalid Content-Range \"" + range + "\"");
      }
      from = OptionalLong.of(Long.parseLong(parts.group(1)));
      length = OptionalLong.of(Long.parseLong(parts.group(2)) - from.getAsLong() + 1);
    } else if (call.request().getContentLengthLong() >= 0) {
      length = OptionalLong.of(call.request().getContentLengthLong());
    }
    return new Uploads.Chunk(call.request().getInputStream(), from, length);
  }

  private static void progress(Exchange call, Session session, long length) {
    call.header("Location", session.location());
    call.header("Range", "0-" + Math.max(0, length - 1));
    call.header("Docker-Upload-UUID", session.id().toString());
  }

  private static void created(Exchange call, RepositoryName name, Digest digest) {
    call.header("Location", "/v2/" + name + "/blobs/" + digest);
    call.header("Docker-Content-Digest", digest.value());
    call.sendNothing(201);
  }
}
