package dev.gantry.node.attach;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import dev.gantry.engine.Digest;
import dev.gantry.engine.LogConfig;
import dev.gantry.node.container.ContainerRecord;
import dev.gantry.node.log.LogTag;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code logs --details} shows before each line: the labels and variables that the options of
 * the logging driver name, by name or by expression, and its tag; sorted, in the form of a query.
 */
final class LogDetails {
  private LogDetails() {}

  static String of(ContainerRecord record) {
    LogConfig log = record.spec().host().logConfig();
    Map<String, String> options = log == null || log.config() == null ? Map.of() : log.config();
    Map<String, String> all = new TreeMap<>();
    Map<String, String> labels = record.spec().config().labels();
    if (labels != null) {
      add(all, labels, options.get("labels"), options.get("labels-regex"));
    }
    List<String> variables = record.spec().config().env();
    if (variables != null) {
      Map<String, String> environment = new TreeMap<>();
      for (String variable : variables) {
        String[] pair = variable.split("=", 2);
        environment.put(pair[0], pair.length > 1 ? pair[1] : "");
      }
      add(all, environment, options.get("env"), options.get("env-regex"));
    }
    String tag = options.getOrDefault("tag", "");
    if (!tag.isEmpty()) {
      all.put("tag", tag(tag, record));
    }
    return all.entrySet().stream()
        .map(pair -> encoded(pair.getKey()) + "=" + encoded(pair.getValue()))
        .collect(Collectors.joining(","));
  }

  private static void add(
      Map<String, String> all,
      Map<String, String> from,
      @Nullable String names,
      @Nullable String expression) {
    List<String> named = names == null ? List.of() : Arrays.asList(names.split(",", -1));
    Pattern matching =
        expression == null || expression.isEmpty() ? null : Pattern.compile(expression);
    from.forEach(
        (name, value) -> {
          if (named.contains(name) || matching != null && matching.matcher(name).find()) {
            all.put(name, value);
          }
        });
  }

  private static String tag(String template, ContainerRecord record) {
    Digest image = record.spec().image().id();
    return new LogTag(template)
        .with(
            Map.of(
                "ID", record.id().shortForm(),
                "FullID", record.id().value(),
                "Name", record.identity().name(),
                "ImageID", image.hex().substring(0, 12),
                "ImageFullID", image.toString(),
                "ImageName", String.valueOf(record.spec().config().image()),
                "DaemonName", "docker"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
