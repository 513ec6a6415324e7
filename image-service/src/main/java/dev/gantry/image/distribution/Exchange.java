package dev.gantry.image.distribution;

import dev.gantry.engine.Digest;
import dev.gantry.image.catalog.Actor;
import dev.gantry.image.repository.DistributionError;
import dev.gantry.image.repository.DistributionException;
import dev.gantry.image.repository.RepositoryName;
import dev.gantry.image.repository.Space;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** One call of the registry's, with what its routes ask of it. */
record Exchange(HttpServletRequest request, HttpServletResponse response, Caller caller) {

  /** Who is somebody; the policy lets nobody else come to where that is asked for. */
  Actor actor() {
    return caller.actor().orElseThrow();
  }

  boolean is(String method) {
    return request.getMethod().equals(method);
  }

  /** GET or HEAD; the body of an answer to HEAD goes nowhere. */
  boolean isRead() {
    return is("GET") || is("HEAD");
  }

  /** What a name means to whoever calls. */
  Space space(RepositoryName name) {
    return SharedName.parse(name).orElseGet(() -> new Space(actor().team(), name));
  }

  /** All values of a parameter of the query. */
  List<String> parameters(String name) {
    return Parameters.ofQuery(request.getQueryString()).all(name);
  }

  /** The first value of a parameter, empty where it is absent. */
  String parameter(String name) {
    return Parameters.ofQuery(request.getQueryString()).first(name);
  }

  /** A number that is not negative; one too large to be meant is the largest. */
  OptionalInt number(String name) {
    String text = parameter(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!text.matches("\\d{1,18}")) {
      throw new DistributionException(
          DistributionError.UNSUPPORTED, 400, name + " is not a number: \"" + text + "\"");
    }
    return OptionalInt.of((int) Math.min(Long.parseLong(text), Integer.MAX_VALUE));
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static Digest digest(String text) {
    try {
      return new Digest(text);
    } catch (IllegalArgumentException e) {
      throw new DistributionException(
          DistributionError.DIGEST_INVALID, String.valueOf(e.getMessage()));
    }
  }

  void header(String name, String value) {
    response.setHeader(name, value);
  }

  /** Where the next page is. */
  void next(String path) {
    header("Link", "<" + path + ">; rel=\"next\"");
  }

  void send(int status, String type, byte[] body) throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  void sendNothing(int status) {
    response.setStatus(status);
    if (status != 204 && status != 304) {
      response.setContentLength(0);
    }
  }

  /** Answers 304 where the client has what the digest names. */
  boolean isKnown(Digest digest) {
    header("ETag", "\"" + digest + "\"");
    String known = request.getHeader("If-None-Match");
    if (known == null || !(known.equals("*") || known.contains("\"" + digest + "\""))) {
      return false;
    }
    sendNothing(304);
    return true;
  }
}
