package dev.gantry.image.remote;

import dev.gantry.engine.Digest;
import dev.gantry.image.blob.Blob;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives a blob to a repository elsewhere (distribution-spec, "Pushing blobs"): in one piece, and
 * where the connection broke, the rest of it from where the registry says that it got to.
 */
public final class BlobUpload {
  private static final int MOST_FAILURES = 5;
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

  private final RemoteRepository repository;
  private final Digest digest;
  private final long size;

  public BlobUpload(RemoteRepository repository, Digest digest, long size) {
    this.repository = repository;
    this.digest = digest;
    this.size = size;
  }

  /** True where the repository has the blob. */
  public boolean isThere() throws RemoteException {
    return repository.blobSize(digest, true).isPresent();
  }

  /**
   * Lets the registry take the blob from another repository of its own; false where it does not.
   */
  public boolean mount(String from) throws RemoteException {
    String query = "?mount=" + digest + "&from=" + URLEncoder.encode(from, StandardCharsets.UTF_8);
    String scopes = repository.push() + " repository:" + from + ":pull";
    RemoteHttp.Request request =
        RemoteHttp.Request.of("POST", repository.uri("/blobs/uploads/" + query));
    try (Reply reply = repository.send(request, scopes)) {
      if (reply.status() == 202) {
        cancel(Origins.resolve(reply.uri(), reply.header("Location")));
      }
      return reply.status() == 201;
    } catch (RemoteException e) {
      // The blob can still be sent; what is more wrong than this shows then.
      return false;
    }
  }

  private void cancel(URI upload) {
    try (Reply _ = repository.send(RemoteHttp.Request.of("DELETE", upload), repository.push())) {
      // Registries remove what nobody goes on with by themselves, too.
    } catch (RemoteException _) {
      // As before.
    }
  }

  /**
   * Uploads it.
   *
   * @param moved is told how many bytes were sent
   */
  public void upload(Blob content, LongConsumer moved) throws RemoteException {
    Optional<URI> upload = Optional.empty();
    long from = 0;
    for (int failures = 0; ; ) {
      try {
        URI location = upload.isPresent() ? upload.get() : begin();
        URI end = send(location, new BlobRest(content, from, size, moved));
        finish(end);
        return;
      } catch (RemoteException e) {
        failures++;
        if (!isWorthAnother(e) || failures >= MOST_FAILURES) {
          throw e;
        }
        pause(failures, e);
        upload = Optional.empty();
        from = 0;
      } catch (Broken broken) {
        failures++;
        if (failures >= MOST_FAILURES) {
          throw broken.cause;
        }
        pause(failures, broken.cause);
        Optional<Rest> rest = rest(broken.upload);
        upload = rest.map(Rest::upload);
        from = rest.map(Rest::from).orElse(0L);
      }
    }
  }

  private static boolean isWorthAnother(RemoteException e) {
    return e.kind() == RemoteException.Kind.UNREACHABLE;
  }

  private static void pause(int failures, RemoteException cause) throws RemoteException {
    try {
      Thread.sleep(100L << failures);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }

  /** The connection broke in the middle of the content. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient URI upload;
    private final RemoteException cause;

    Broken(URI upload, RemoteException cause) {
      super(cause);
      this.upload = upload;
      this.cause = cause;
    }
  }

  private record Rest(URI upload, long from) {}

  private URI begin() throws RemoteException {
    RemoteHttp.Request request = RemoteHttp.Request.of("POST", repository.uri("/blobs/uploads/"));
    try (Reply reply = repository.send(request, repository.push())) {
      RemoteRepository.require(request, reply, 202);
      return Origins.resolve(reply.uri(), reply.header("Location"));
    }
  }

  private URI send(URI location, BlobRest content) throws RemoteException, Broken {
    RemoteHttp.Request request =
        RemoteHttp.Request.of("PATCH", location)
            .with(content.isWhole() ? Map.of() : Map.of("Content-Range", content.range()))
            .body(content);
    try (Reply reply = repository.send(request, repository.push())) {
      RemoteRepository.require(request, reply, 202);
      return Origins.resolve(reply.uri(), reply.header("Location"));
    } catch (RemoteException e) {
      if (isWorthAnother(e)) {
        throw new Broken(location, e);
      }
      throw e;
    }
  }

  /** Where to go on; empty where it has to begin again. */
  private Optional<Rest> rest(URI upload) {
    try (Reply reply = repository.send(RemoteHttp.Request.of("GET", upload), repository.push())) {
      Matcher range = RANGE.matcher(reply.header("Range"));
      if (reply.status() == 204 && range.matches()) {
        long from = Long.parseLong(range.group(1)) + 1;
        String location = reply.header("Location");
        URI next = location.isEmpty() ? upload : Origins.resolve(reply.uri(), location);
        // A registry that has nothing says 0-0, as one does that has a byte.
        return from > 1 && from <= size ? Optional.of(new Rest(next, from)) : Optional.empty();
      }
    } catch (RemoteException _) {
      // From the beginning, then.
    }
    return Optional.empty();
  }

  private void finish(URI upload) throws RemoteException {
    String separator = upload.getRawQuery() == null ? "?" : "&";
    RemoteHttp.Request request =
        RemoteHttp.Request.of(
            "PUT",
            URI.create(
                upload
                    + separator
                    + "digest="
                    + URLEncoder.encode(digest.value(), StandardCharsets.UTF_8)));
    try (Reply reply = repository.send(request, repository.push())) {
      RemoteRepository.require(request, reply, 201);
    }
  }
}
