package dev.gantry.gateway.call;

/**
 * One route of the API. What a caller needs to be allowed it and what the audit trail calls it are
 * parts of the route, so that neither can be forgotten; what is not a route is refused.
 *
 * @param pattern segments; {@code {name}} takes one, {@code {name...}} takes one or more
 * @param verb for example {@code container.start}; what stands before the dot is the kind of noun
 * @param changes whether a crash in the middle leaves something to be told in the audit trail
 * @param bodyLimit bytes of body that are read at most; {@link #STREAMED} where the handler streams
 *     it
 */
public record Route(
    String method,
    String pattern,
    Permission permission,
    String verb,
    boolean changes,
    Shape shape,
    long bodyLimit,
    Handler handler) {
  /** The limit of routes that do not read the body into memory. */
  public static final long STREAMED = Long.MAX_VALUE;

  private static final long JSON_LIMIT = 4L << 20;

  /** What does the work of a route. */
  @FunctionalInterface
  public interface Handler {
    Answer handle(Call call) throws Exception;
  }

  /** A route that only looks. */
  public static Route read(
      String path, Permission permission, String verb, Shape shape, Handler handler) {
    return new Route("GET", path, permission, verb, false, shape, JSON_LIMIT, handler);
  }

  /** A route that only looks, in the same shape in all versions. */
  public static Route read(String path, Permission permission, String verb, Handler handler) {
    return read(path, permission, verb, Shape.PLAIN, handler);
  }

  /** A route that changes something. */
  public static Route change(
      String method, String path, Permission permission, String verb, Handler handler) {
    return new Route(method, path, permission, verb, true, Shape.PLAIN, JSON_LIMIT, handler);
  }

  /** The same route for another method. */
  public Route withMethod(String other) {
    return new Route(other, pattern, permission, verb, changes, shape, bodyLimit, handler);
  }

  /** The same route, whose body is streamed and so has no limit. */
  public Route streamed() {
    return new Route(method, pattern, permission, verb, changes, shape, STREAMED, handler);
  }

  /** The kind of noun, for example {@code container}. */
  public String noun() {
    return verb.substring(0, verb.indexOf('.'));
  }
}
