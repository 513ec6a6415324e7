package dev.gantry.ops.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.Error;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of one version of the API that holds each answer against that version's definition, and
 * remembers what does not fit and what was asked.
 */
final class Conformance {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String version;
  private final ApiDefinition definition;
  private final Set<String> problems = new TreeSet<>();
  private final Set<String> asked = new TreeSet<>();

  Conformance(String version) {
    this.version = version;
    this.definition = ApiDefinition.of(version);
  }

  /** What does not fit, each as {@code operation status path: what}. */
  Set<String> problems() {
    return problems;
  }

  /** The operations of the definition that were not asked. */
  Set<String> unasked() {
    Set<String> left = new TreeSet<>(definition.operations());
    left.removeAll(asked);
    return left;
  }

  static String filters(String json) {
    return "filters=" + URLEncoder.encode(json, UTF_8);
  }

  /** Asks without a body. */
  JsonNode ask(String operation, String name, String query) throws IOException {
    return ask(operation, name, query, "");
  }

  /**
   * Asks, and holds the answer against the definition.
   *
   * @param operation as the definition has it: {@code POST /containers/{id}/start}
   * @param name for what stands in braces
   * @return the body, if it is JSON and one value
   */
  JsonNode ask(String operation, String name, String query, String body) throws IOException {
    Http.Answer answer = answer(operation, name, query, body);
    if (answer.status() >= 400) {
      problem(operation, answer.status(), "is refused", answer.body());
      return JSON.nullNode();
    }
    if (!answer.body().isEmpty() && definition.hasJson(operation, answer.status())) {
      JsonNode tree = parse(operation, answer.status(), answer.body());
      check(operation, answer.status(), definition.problems(operation, answer.status(), tree));
      return tree;
    }
    return JSON.nullNode();
  }

  /** Asks for what must be refused with that status. */
  void refused(int status, String operation, String name, String query, String body)
      throws IOException {
    Http.Answer answer = answer(operation, name, query, body);
    if (answer.status() != status) {
      problem(operation, answer.status(), "is not " + status, answer.body());
    }
    JsonNode tree = parse(operation, answer.status(), answer.body());
    check(operation, answer.status(), definition.problemsOf("ErrorResponse", tree));
  }

  /** Asks for a stream that ends, of objects that fit a definition that no operation refers to. */
  void stream(String operation, String name, String query, String body, String of)
      throws IOException {
    Http.Answer answer = answer(operation, name, query, body);
    if (answer.status() >= 400) {
      problem(operation, answer.status(), "is refused", answer.body());
      return;
    }
    for (String line : answer.body().lines().toList()) {
      JsonNode tree = parse(operation, answer.status(), line);
      check(
          operation,
          answer.status(),
          of.isEmpty()
              ? definition.problems(operation, answer.status(), tree)
              : definition.problemsOf(of, tree));
    }
  }

  /** Asks for a stream that does not end, and takes its first objects. */
  void first(int objects, String operation, String name, String query) throws IOException {
    asked.add(operation);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(Platform.socket()));
      // HTTP 1.0 knows no chunks: the lines come as they are.
      String head = "GET " + path(operation, name, query) + " HTTP/1.0\r\n\r\n";
      channel.write(ByteBuffer.wrap(head.getBytes(US_ASCII)));
      BufferedReader reader = new BufferedReader(Channels.newReader(channel, UTF_8));
      List<String> lines =
          reader.lines().filter(line -> line.startsWith("{")).limit(objects).toList();
      for (String line : lines) {
        check(operation, 200, definition.problems(operation, 200, parse(operation, 200, line)));
      }
      if (lines.size() < objects) {
        problem(operation, 200, "ended after " + lines.size() + " objects", "");
      }
    }
  }

  /** Asks for what is not JSON: only whether there is such an answer. */
  String plain(String operation, String name, String query, String head) throws IOException {
    asked.add(operation);
    String raw =
        Http.raw(
            operation.split(" ", 2)[0]
                + " "
                + path(operation, name, query)
                + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
                + head
                + "\r\n");
    int status = Integer.parseInt(raw.split(" ", 3)[1]);
    if (!definition.defines(operation, status)) {
      problem(operation, status, "is not defined", "");
    }
    return raw;
  }

  private Http.Answer answer(String operation, String name, String query, String body)
      throws IOException {
    asked.add(operation);
    Http.Answer answer = Http.call(operation.split(" ", 2)[0], path(operation, name, query), body);
    if (!definition.defines(operation, answer.status())) {
      problem(operation, answer.status(), "is not defined", answer.body());
    }
    return answer;
  }

  private String path(String operation, String name, String query) {
    String path = operation.split(" ", 2)[1].replaceAll("\\{\\w+}", name);
    return "/v" + version + path + (query.isEmpty() ? "" : "?" + query);
  }

  private JsonNode parse(String operation, int status, String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      problem(operation, status, "is no JSON: " + e.getOriginalMessage(), text);
      return JSON.nullNode();
    }
  }

  private void check(String operation, int status, List<Error> found) {
    for (Error error : found) {
      // Of lists and of what is by name, one is like the other.
      String path =
          error
              .getInstanceLocation()
              .toString()
              .replaceAll("/\\d+(?=/|$)", "/*")
              .replaceAll("/Networks/[^/]+", "/Networks/*");
      String what =
          error.getKeyword().equals("additionalProperties")
              ? "unknown " + error.getProperty()
              : error.getMessage();
      problem(operation, status, path + ": " + what, "");
    }
  }

  private void problem(String operation, int status, String what, String body) {
    if (Allowance.of(operation, what).isEmpty()) {
      problems.add(operation + " " + status + " " + what + (body.isEmpty() ? "" : ": " + body));
    }
  }
}
