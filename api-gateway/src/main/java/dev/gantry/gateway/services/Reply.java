package dev.gantry.gateway.services;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The answer of another process; its close gives the connection back, or ends it. */
public final class Reply implements AutoCloseable {
  private final int status;
  private final Map<String, List<String>> headers;
  private final InputStream body;
  private final Link link;
  private final Links links;
  private final boolean reusable;

  private Reply(
      int status,
      Map<String, List<String>> headers,
      InputStream body,
      Link link,
      Links links,
      boolean reusable) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.link = link;
    this.links = links;
    this.reusable = reusable;
  }

  /** Reads the head of an answer; informational ones but 101 are passed over. */
  static Reply read(Link link, Links links, String method) throws IOException {
    int status = 100;
    Map<String, List<String>> headers = Map.of();
    while (status < 200 && status != 101) {
      status = statusOf(link.in().line());
      headers = headersOf(link.in());
    }
    String encoding = first(headers, "Transfer-Encoding").orElse("").toLowerCase(Locale.ROOT);
    Optional<String> length = first(headers, "Content-Length");
    boolean closing = first(headers, "Connection").orElse("").equalsIgnoreCase("close");
    InputStream body;
    boolean bounded = true;
    if (status == 101) {
      link.in().unbuffer();
      body = link.in();
      bounded = false;
    } else if (method.equals("HEAD") || status == 204 || status == 304) {
      body = InputStream.nullInputStream();
    } else if (encoding.endsWith("chunked")) {
      body = new Bodies.Chunked(link.in());
    } else if (length.isPresent()) {
      body = new Bodies.Sized(link.in(), Long.parseLong(length.get().strip()));
    } else {
      body = link.in();
      bounded = false;
    }
    return new Reply(status, headers, body, link, links, bounded && !closing);
  }

  private static int statusOf(String line) throws IOException {
    String[] parts = line.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || parts[1].length() != 3) {
      throw new IOException("not an HTTP answer");
    }
    return Integer.parseInt(parts[1]);
  }

  private static Map<String, List<String>> headersOf(Link.LinkInput in) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = in.line(); !line.isEmpty(); line = in.line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers
            .computeIfAbsent(line.substring(0, colon), _ -> new java.util.ArrayList<>(1))
            .add(line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private static Optional<String> first(Map<String, List<String>> headers, String name) {
    List<String> values = headers.get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  public int status() {
    return status;
  }

  public Map<String, List<String>> headers() {
    return headers;
  }

  public Optional<String> header(String name) {
    return first(headers, name);
  }

  public InputStream body() {
    return body;
  }

  Link link() {
    return link;
  }

  /** Ends the connection, also under a reader. */
  public void abort() {
    link.close();
  }

  @Override
  public void close() {
    try {
      if (reusable && body.read() < 0) {
        links.give(link);
        return;
      }
    } catch (IOException _) {
      // Falls through to the end of the connection.
    }
    link.close();
  }
}
