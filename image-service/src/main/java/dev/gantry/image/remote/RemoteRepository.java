package dev.gantry.image.remote;

import dev.gantry.engine.Digest;
import dev.gantry.image.manifest.ImageManifest;
import dev.gantry.image.manifest.MediaTypes;
import dev.gantry.image.remote.RemoteException.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One repository of another registry, for one who asks (OCI distribution-spec 1.1). */
public final class RemoteRepository {
  private static final String ACCEPTED =
      String.join(
          ", ",
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX);
  private static final int MOST_TAGS = 10_000;
  private static final int TAGS_BYTES = 4 << 20;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?.*");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RemoteHttp http;
  private final Endpoint endpoint;
  private final Authorization authorization;
  private final String path;

  RemoteRepository(RemoteHttp http, Endpoint endpoint, Authorization authorization, String path) {
    this.http = http;
    this.endpoint = endpoint;
    this.authorization = authorization;
    this.path = path;
  }

  /** By which what two askers get can be known to come from one place. */
  public String address() {
    return endpoint.uri("/v2/" + path).toString();
  }

  /**
   * Fetches a manifest or an index, and checks the digest where it is asked for by one.
   *
   * @param digest the reference where it is no tag
   */
  public RemoteManifest manifest(String reference, @Nullable Digest digest) throws RemoteException {
    RemoteHttp.Request request = get("/manifests/" + reference).with(Map.of("Accept", ACCEPTED));
    try (Reply reply = send(request, pull())) {
      require(request, reply, 200);
      byte[] bytes = reply.bytes(ImageManifest.LIMIT);
      if (digest == null) {
        return new RemoteManifest(bytes, reply.mediaType(), Digest.ofBytes(bytes));
      }
      String hash = HexFormat.of().formatHex(digest.newHash().digest(bytes));
      if (!hash.equals(digest.hex())) {
        throw new RemoteException(Kind.OTHER, "manifest verification failed for digest " + digest);
      }
      return new RemoteManifest(bytes, reply.mediaType(), digest);
    }
  }

  /** The repository's tags, as the registry sorts them. */
  public List<String> tags() throws RemoteException {
    List<String> tags = new ArrayList<>();
    URI next = uri("/tags/list?n=1000");
    while (next != null) {
      RemoteHttp.Request request = RemoteHttp.Request.of("GET", next);
      try (Reply reply = send(request, pull())) {
        require(request, reply, 200);
        add(tags, request, reply.bytes(TAGS_BYTES));
        next = next(request.uri(), reply.header("Link"));
      }
    }
    return tags;
  }

  private static void add(List<String> tags, RemoteHttp.Request request, byte[] body)
      throws RemoteException {
    int before = tags.size();
    try {
      for (JsonNode tag : JSON.readTree(body).path("tags")) {
        tags.add(tag.asString(""));
      }
    } catch (JacksonException e) {
      throw Failures.of(Kind.OTHER, "GET", request.uri(), "not a list of tags", e);
    }
    if (tags.size() > MOST_TAGS) {
      throw Failures.of(Kind.OTHER, "GET", request.uri(), "more than " + MOST_TAGS + " tags", null);
    }
    if (tags.size() == before && before > 0) {
      throw Failures.of(Kind.OTHER, "GET", request.uri(), "an empty page of tags", null);
    }
  }

  private static @Nullable URI next(URI from, String link) throws RemoteException {
    Matcher matcher = NEXT.matcher(link);
    if (!matcher.matches()) {
      return null;
    }
    URI next = Origins.resolve(from, matcher.group(1));
    return Origins.same(from, next) ? next : null;
  }

  /** The blob's size, where the repository has it. */
  public OptionalLong blobSize(Digest digest, boolean toPush) throws RemoteException {
    RemoteHttp.Request request = RemoteHttp.Request.of("HEAD", uri("/blobs/" + digest));
    try (Reply reply = send(request, toPush ? push() : pull())) {
      if (reply.status() == 404) {
        return OptionalLong.empty();
      }
      require(request, reply, 200);
      String length = reply.header("Content-Length");
      return OptionalLong.of(length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1);
    }
  }

  /** The blob's content, in one pass, whatever connections break. */
  public RemoteBlob blob(Digest digest, long size) {
    return new RemoteBlob(this, digest, size);
  }

  Reply openBlob(Digest digest, long from) throws RemoteException {
    RemoteHttp.Request request =
        get("/blobs/" + digest)
            .with(
                from == 0
                    ? Map.of("Accept-Encoding", "identity")
                    : Map.of("Accept-Encoding", "identity", "Range", "bytes=" + from + "-"));
    Reply reply = send(request, pull());
    if (reply.status() == 200 || reply.status() == 206) {
      return reply;
    }
    try (reply) {
      if (reply.status() == 404) {
        throw new RemoteException(Kind.OTHER, "blob unknown: " + digest);
      }
      throw Failures.of("GET", reply);
    }
  }

  /** Gives the registry the manifest under the tag or the digest. */
  public void put(String reference, ImageManifest manifest) throws RemoteException {
    RemoteHttp.Request request =
        RemoteHttp.Request.of("PUT", uri("/manifests/" + reference))
            .body(new ByteArrayEntity(manifest.bytes(), ContentType.create(manifest.mediaType())));
    try (Reply reply = send(request, push())) {
      require(request, reply, 201);
    }
  }

  RemoteHttp.Request get(String rest) {
    return RemoteHttp.Request.of("GET", uri(rest));
  }

  URI uri(String rest) {
    return endpoint.uri("/v2/" + path + rest);
  }

  String pull() {
    return "repository:" + path + ":pull";
  }

  String push() {
    return "repository:" + path + ":pull,push";
  }

  static void require(RemoteHttp.Request request, Reply reply, int status) throws RemoteException {
    if (reply.status() != status) {
      throw Failures.of(request.method(), reply);
    }
  }

  /** Sends it with what proves who asks; to the registry only. */
  Reply send(RemoteHttp.Request request, String scopes) throws RemoteException {
    if (!Origins.same(request.uri(), endpoint.origin())) {
      return http.send(endpoint.insecure(), request);
    }
    Reply reply =
        http.send(endpoint.insecure(), request.authorized(authorization.of(request, scopes)));
    if (reply.status() != 401 || !authorization.renew(scopes)) {
      return reply;
    }
    reply.close();
    return http.send(endpoint.insecure(), request.authorized(authorization.of(request, scopes)));
  }
}
