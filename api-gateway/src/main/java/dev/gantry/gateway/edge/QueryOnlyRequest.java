package dev.gantry.gateway.edge;

import dev.gantry.gateway.call.Query;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request whose parameters are those of its query, whatever its body calls itself. */
final class QueryOnlyRequest extends HttpServletRequestWrapper {
  QueryOnlyRequest(HttpServletRequest request) {
    super(request);
  }

  private Map<String, List<String>> query() {
    return Query.parse(getQueryString()).all();
  }

  @Override
  public @Nullable String getParameter(String name) {
    List<String> values = query().get(name);
    return values == null ? null : values.getFirst();
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    Map<String, String[]> map = new LinkedHashMap<>();
    query().forEach((name, values) -> map.put(name, values.toArray(String[]::new)));
    return map;
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(query().keySet());
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    List<String> values = query().get(name);
    return values == null ? null : values.toArray(String[]::new);
  }
}
