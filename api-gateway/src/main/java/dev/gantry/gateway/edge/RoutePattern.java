package dev.gantry.gateway.edge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A route's pattern: fixed segments, {@code {one}} and {@code {several...}}. */
final class RoutePattern {
  private final List<String> segments;

  RoutePattern(String pattern) {
    this.segments = segments(pattern);
  }

  static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/")) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return segments;
  }

  /** The first segment, by which routes are found. */
  String head() {
    return segments.isEmpty() ? "" : segments.getFirst();
  }

  /** The variables, or null where the path is another. */
  @Nullable Map<String, String> match(List<String> path) {
    Map<String, String> variables = new LinkedHashMap<>(2);
    int spare = path.size() - segments.size();
    int at = 0;
    for (String segment : segments) {
      if (at >= path.size()) {
        return null;
      }
      if (segment.endsWith("...}")) {
        if (spare < 0) {
          return null;
        }
        variables.put(
            segment.substring(1, segment.length() - 4),
            String.join("/", path.subList(at, at + 1 + spare)));
        at += 1 + spare;
      } else if (segment.startsWith("{")) {
        variables.put(segment.substring(1, segment.length() - 1), path.get(at++));
      } else if (!segment.equals(path.get(at++))) {
        return null;
      }
    }
    return at == path.size() ? variables : null;
  }
}
